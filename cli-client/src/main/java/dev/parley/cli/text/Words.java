package dev.parley.cli.text;

import dev.parley.control.v1.CandidateState;
import dev.parley.control.v1.CandidateType;
import dev.parley.control.v1.CheckState;
import dev.parley.control.v1.LinkState;
import dev.parley.control.v1.MessageState;
import dev.parley.control.v1.NatBehavior;
import dev.parley.control.v1.PathKind;
import dev.parley.control.v1.PathTransport;
import dev.parley.control.v1.RelayState;
import dev.parley.control.v1.TransferDirection;
import dev.parley.control.v1.TransferState;
import dev.parley.control.v1.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * The lower-case words of the JSON contract for the control API's enums. A value of a later version
 * is "unknown"; one that is not set is null.
 */
public final class Words {
  private static final String UNKNOWN = "unknown";

  private Words() {}

  public static @Nullable String of(PathKind kind) {
    return switch (kind) {
      case PATH_KIND_DIRECT -> "direct";
      case PATH_KIND_RELAY -> "relay";
      case PATH_KIND_TURN -> "turn";
      case PATH_KIND_UNSPECIFIED -> null;
      case UNRECOGNIZED -> UNKNOWN;
    };
  }

  public static @Nullable String of(PathTransport transport) {
    return switch (transport) {
      case PATH_TRANSPORT_UDP -> "udp";
      case PATH_TRANSPORT_TCP -> "tcp";
      case PATH_TRANSPORT_UNSPECIFIED -> null;
      case UNRECOGNIZED -> UNKNOWN;
    };
  }

  public static String of(MessageState state) {
    return switch (state) {
      case MESSAGE_STATE_QUEUED -> "queued";
      case MESSAGE_STATE_SENT -> "sent";
      case MESSAGE_STATE_DELIVERED -> "delivered";
      case MESSAGE_STATE_READ -> "read";
      case MESSAGE_STATE_EXPIRED -> "expired";
      case MESSAGE_STATE_FAILED -> "failed";
      case MESSAGE_STATE_UNSPECIFIED, UNRECOGNIZED -> UNKNOWN;
    };
  }

  public static String of(TransferState state) {
    return switch (state) {
      case TRANSFER_STATE_OFFERED -> "offered";
      case TRANSFER_STATE_QUEUED -> "queued";
      case TRANSFER_STATE_ACTIVE -> "active";
      case TRANSFER_STATE_PAUSED -> "paused";
      case TRANSFER_STATE_DELIVERED -> "delivered";
      case TRANSFER_STATE_REFUSED -> "refused";
      case TRANSFER_STATE_CANCELLED -> "cancelled";
      case TRANSFER_STATE_FAILED -> "failed";
      case TRANSFER_STATE_UNSPECIFIED, UNRECOGNIZED -> UNKNOWN;
    };
  }

  public static String of(TransferDirection direction) {
    return switch (direction) {
      case TRANSFER_DIRECTION_OUTGOING -> "outgoing";
      case TRANSFER_DIRECTION_INCOMING -> "incoming";
      case TRANSFER_DIRECTION_UNSPECIFIED, UNRECOGNIZED -> UNKNOWN;
    };
  }

  public static String of(RelayState state) {
    return switch (state) {
      case RELAY_STATE_CONNECTING -> "connecting";
      case RELAY_STATE_CONNECTED -> "connected";
      case RELAY_STATE_WAITING -> "waiting";
      case RELAY_STATE_STANDBY -> "standby";
      case RELAY_STATE_UNSPECIFIED, UNRECOGNIZED -> UNKNOWN;
    };
  }

  public static String of(NatBehavior behavior) {
    return switch (behavior) {
      case NAT_BEHAVIOR_NONE -> "none";
      case NAT_BEHAVIOR_ENDPOINT_INDEPENDENT -> "endpoint-independent";
      case NAT_BEHAVIOR_ADDRESS_DEPENDENT -> "address-dependent";
      case NAT_BEHAVIOR_ADDRESS_AND_PORT_DEPENDENT -> "address-and-port-dependent";
      case NAT_BEHAVIOR_UNSPECIFIED, UNRECOGNIZED -> UNKNOWN;
    };
  }

  public static String of(Verdict verdict) {
    return switch (verdict) {
      case VERDICT_DIRECT -> "direct";
      case VERDICT_RELAYED -> "relayed";
      case VERDICT_UNREACHABLE -> "unreachable";
      case VERDICT_UNSPECIFIED, UNRECOGNIZED -> UNKNOWN;
    };
  }

  public static @Nullable String of(CandidateType type) {
    return switch (type) {
      case CANDIDATE_TYPE_HOST -> "host";
      case CANDIDATE_TYPE_SERVER_REFLEXIVE -> "server-reflexive";
      case CANDIDATE_TYPE_PEER_REFLEXIVE -> "peer-reflexive";
      case CANDIDATE_TYPE_RELAYED -> "relayed";
      case CANDIDATE_TYPE_UNSPECIFIED -> null;
      case UNRECOGNIZED -> UNKNOWN;
    };
  }

  public static @Nullable String of(CandidateState state) {
    return switch (state) {
      case CANDIDATE_STATE_UNTRIED -> "untried";
      case CANDIDATE_STATE_CHECKING -> "checking";
      case CANDIDATE_STATE_PROVEN -> "proven";
      case CANDIDATE_STATE_DOUBTED -> "doubted";
      case CANDIDATE_STATE_SILENT -> "silent";
      case CANDIDATE_STATE_UNSPECIFIED -> null;
      case UNRECOGNIZED -> UNKNOWN;
    };
  }

  public static @Nullable String of(CheckState state) {
    return switch (state) {
      case CHECK_STATE_WAITING -> "waiting";
      case CHECK_STATE_CHECKING -> "checking";
      case CHECK_STATE_SUCCEEDED -> "succeeded";
      case CHECK_STATE_FAILED -> "failed";
      case CHECK_STATE_NOT_NEEDED -> "not-needed";
      case CHECK_STATE_NOT_CHECKED -> "not-checked";
      case CHECK_STATE_UNSPECIFIED -> null;
      case UNRECOGNIZED -> UNKNOWN;
    };
  }

  public static String of(LinkState state) {
    return switch (state) {
      case LINK_STATE_IDLE -> "idle";
      case LINK_STATE_CONNECTING -> "connecting";
      case LINK_STATE_CONNECTED -> "connected";
      case LINK_STATE_UNREACHABLE -> "unreachable";
      case LINK_STATE_UNSPECIFIED, UNRECOGNIZED -> UNKNOWN;
    };
  }
}
