package dev.parley.cli.text;

import dev.parley.control.v1.LinkState;
import dev.parley.control.v1.MessageState;
import dev.parley.control.v1.NatBehavior;
import dev.parley.control.v1.PathKind;
import dev.parley.control.v1.PathTransport;
import dev.parley.control.v1.RelayState;
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
