package dev.parley.pairing;

import com.google.common.collect.ImmutableList;
import com.google.protobuf.ByteString;
import dev.parley.discovery.DiscoveryRecord;
import dev.parley.discovery.DiscoveryRecords;
import dev.parley.identity.Identity;
import dev.parley.identity.ThrowawayIdentity;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** One side of an exchange: what it has sent, and what has come of it. Keeps whoever comes. */
final class PairingSide {
  final Identity identity;
  final List<ByteString> sent = new ArrayList<>();
  DiscoveryRecord record;
  PairingExchange exchange;
  DiscoveryRecord peer;
  String hint = "";
  boolean keeps = true;
  private final PairingRole role;
  private final PairingExchange.Place place;
  private final PairingCode code;
  private final String name;
  private final List<ByteString> out = new ArrayList<>();
  private final List<String> outcome = new ArrayList<>();

  PairingSide(PairingRole role, PairingExchange.Place place, PairingCode code, String name) {
    this(role, place, code, name, ThrowawayIdentity.create());
  }

  PairingSide(
      PairingRole role,
      PairingExchange.Place place,
      PairingCode code,
      String name,
      Identity identity) {
    this.role = role;
    this.place = place;
    this.code = code;
    this.name = name;
    this.identity = identity;
    claim(largest(identity));
  }

  void claim(DiscoveryRecord told) {
    record = told;
    exchange =
        new PairingExchange(
            role, place, code, new PairingExchange.Self(identity, told, name), new SecureRandom());
  }

  void say(ByteString frame) {
    sent.add(frame);
    out.add(frame);
  }

  List<ByteString> take() {
    List<ByteString> taken = List.copyOf(out);
    out.clear();
    return taken;
  }

  void hear(ByteString frame) {
    take(exchange.onFrame(frame));
  }

  private void take(List<PairingStep> steps) {
    for (PairingStep step : steps) {
      if (step instanceof PairingStep.Send send) {
        say(send.frame());
      } else if (step instanceof PairingStep.Introduced introduced) {
        outcome.add("introduced");
        peer = introduced.peer();
        hint = introduced.nameHint();
        if (keeps) {
          take(exchange.onKept());
        }
      } else if (step instanceof PairingStep.Finished) {
        outcome.add("finished");
      } else if (step instanceof PairingStep.Failed failed) {
        outcome.add(failed.flaw().name());
      }
    }
  }

  String outcome() {
    return String.join(" ", outcome);
  }

  private static DiscoveryRecord largest(Identity identity) {
    String url = "relay-with-a-long-name.of.an.organisation.example.org:443#" + identity.id();
    return DiscoveryRecords.sign(
        identity,
        IntStream.range(0, 4)
            .mapToObj(
                i ->
                    dev.parley.discovery.RelayUrl.parse("r" + i + "." + "x".repeat(40) + "." + url))
            .toList(),
        IntStream.range(0, 16)
            .mapToObj(i -> new InetSocketAddress("2001:db8::" + (i + 1), 4_242))
            .collect(ImmutableList.toImmutableList()),
        1,
        Instant.parse("2026-11-22T12:00:00Z"));
  }
}
