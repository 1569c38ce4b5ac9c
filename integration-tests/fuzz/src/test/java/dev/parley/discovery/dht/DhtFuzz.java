package dev.parley.discovery.dht;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableMap;
import com.google.protobuf.ByteString;
import dev.parley.discovery.DiscoveryRecord;
import dev.parley.discovery.DiscoveryRecords;
import dev.parley.fuzz.FuzzTarget;
import dev.parley.fuzz.Input;
import dev.parley.identity.Identity;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** What the nodes of the DHT answer: anybody may be one. */
public final class DhtFuzz {
  private static final Identity SELF = Identity.ephemeral(new SecureRandom());
  private static final InetSocketAddress NODE = new InetSocketAddress("127.0.0.1", 6_881);
  private static final NodeId ID = NodeId.random(new Random(1));

  private DhtFuzz() {}

  public static List<FuzzTarget> targets() {
    byte[] answer = Krpc.encode(response(item().values())).toByteArray();
    byte[] refusal =
        Krpc.encode(new Krpc.Failure(ByteString.copyFromUtf8("aaaa"), 204, "Method Unknown"))
            .toByteArray();
    return List.of(
        FuzzTarget.of(
                "dht-message",
                DhtFuzz::message,
                Bencode.class,
                Krpc.class,
                NodeReply.class,
                CompactNodes.class,
                MutableItem.class,
                NodeId.class,
                Questions.class,
                MainlineDht.class)
            .seeds(answer, refusal)
            .seeds("d1:ad2:id20:aaaaaaaaaaaaaaaaaaaae1:q4:ping1:t2:aa1:y1:qe", "li1eli2eee"),
        FuzzTarget.of("dht-item", DhtFuzz::item, RecordItems.class)
            .seeds(record().signed().toByteArray()));
  }

  /** From a node that was asked, or from anybody. */
  private static void message(byte[] input) {
    Bencode.decode(input)
        .ifPresent(
            value ->
                assertThat(Bencode.encode(value).toByteArray()).as("canonical").isEqualTo(input));
    Krpc.decode(input)
        .ifPresent(
            message -> {
              if (message instanceof Krpc.Response response) {
                NodeReply.read(NODE, response.values()).ifPresent(DhtFuzz::look);
              }
            });
    Questions questions =
        new Questions(ID, (to, datagram) -> {}, new Random(2), new QueryBudget(0));
    questions.onDatagram(NODE, input);
    assertThat(questions.dropped()).isEqualTo(1);
  }

  private static void look(NodeReply reply) {
    assertThat(reply.nodes()).hasSizeLessThanOrEqualTo(CompactNodes.MAX_NODES);
    reply
        .token()
        .ifPresent(token -> assertThat(token.size()).isBetween(1, NodeReply.MAX_TOKEN_BYTES));
    MutableItem.read(reply.values(), SELF.id(), RecordItems.salt(SELF.id()))
        .ifPresent(
            item ->
                assertThat(item.value())
                    .as("nobody can forge an item")
                    .isEqualTo(item().find("v").orElseThrow()));
  }

  /** In an item whose owner may have signed anything. */
  private static void item(byte[] input) {
    ByteString value = new Input(input).restString();
    if (value.size() > MutableItem.MAX_VALUE_BYTES - 5) {
      return;
    }
    MutableItem item = MutableItem.sign(SELF, RecordItems.salt(SELF.id()), 1, Bencoded.of(value));
    assertThat(item.isGenuine()).isTrue();
    RecordItems.read(item).ifPresent(record -> assertThat(record.peer()).isEqualTo(SELF.id()));
  }

  private static Krpc.Response response(Map<ByteString, Bencoded> item) {
    ImmutableMap.Builder<String, Bencoded> values = ImmutableMap.builder();
    values.put("id", Bencoded.of(ID.bytes()));
    values.put("token", Bencoded.text("token"));
    values.put(
        "nodes",
        Bencoded.of(CompactNodes.encode(List.of(new DhtNode(ID, NODE)), CompactNodes.IPV4_BYTES)));
    item.forEach((key, value) -> values.put(key.toStringUtf8(), value));
    return new Krpc.Response(ByteString.copyFromUtf8("aaaa"), Bencoded.dict(values.buildOrThrow()));
  }

  private static Bencoded.Dict item() {
    MutableItem item = RecordItems.of(SELF, record(), 7);
    return Bencoded.dict(
        Map.of(
            "k", Bencoded.of(item.key().key()),
            "seq", Bencoded.of(item.sequence()),
            "sig", Bencoded.of(item.signature()),
            "v", item.value()));
  }

  private static DiscoveryRecord record() {
    return DiscoveryRecords.sign(
        SELF, List.of(), List.of(NODE), 7, Instant.ofEpochMilli(1_700_000_000_000L));
  }
}
