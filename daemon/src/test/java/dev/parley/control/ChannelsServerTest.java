package dev.parley.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.parley.channels.Access;
import dev.parley.channels.BlockingStreams;
import dev.parley.channels.ChannelEngine;
import dev.parley.channels.ChannelListener;
import dev.parley.channels.DatagramChannel;
import dev.parley.channels.ServiceName;
import dev.parley.channels.StreamChannel;
import dev.parley.config.NodeConfig.ChannelLimits;
import dev.parley.control.v1.ChannelData;
import dev.parley.control.v1.ChannelEnd;
import dev.parley.control.v1.ChannelReset;
import dev.parley.control.v1.ChannelType;
import dev.parley.control.v1.ChannelsGrpc;
import dev.parley.control.v1.ErrorDetail;
import dev.parley.control.v1.IncomingChannel;
import dev.parley.control.v1.ListServicesRequest;
import dev.parley.control.v1.ListenRequest;
import dev.parley.control.v1.OpenChannel;
import dev.parley.control.v1.RefuseChannel;
import dev.parley.control.v1.ServiceAccess;
import dev.parley.link.ByteNetwork;
import dev.parley.link.StreamEnd;
import dev.parley.proto.id.PeerId;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class ChannelsServerTest {
  private static final ServiceName WEB = new ServiceName("web");
  private static final PeerId ALICE = FakeNode.peer(1);
  private static final PeerId BOB = FakeNode.peer(2);
  private static final ListenRequest LISTEN =
      ListenRequest.newBuilder()
          .setService("web")
          .setAccess(ServiceAccess.newBuilder().addPeers("bob"))
          .build();

  @TempDir private Path home;
  private final ByteNetwork network = new ByteNetwork(new Random(4));
  private ServedNode served;
  private ChannelEngine bob;
  private ChannelsGrpc.ChannelsStub stub;
  private final Replies replies = new Replies();

  @BeforeEach
  void start() throws Exception {
    served = new ServedNode(home);
    served.node.channels = engine(ALICE);
    bob = engine(BOB);
    stub = ChannelsGrpc.newStub(served.channel);
  }

  private ChannelEngine engine(PeerId id) {
    return ChannelEngine.start(
        network.join(id),
        new ChannelEngine.Rules(ChannelLimits.DEFAULT, peer -> true),
        new ChannelEngine.Environment(network.thread(), System::nanoTime));
  }

  @AfterEach
  void stop() throws Exception {
    served.close();
    network.close();
  }

  private static ChannelData open(String service, ChannelType type) {
    return ChannelData.newBuilder()
        .setOpen(
            OpenChannel.newBuilder()
                .setPeer("bob")
                .setService(service)
                .setType(type)
                .setTimeoutMillis(60_000))
        .build();
  }

  private static ChannelData data(String text) {
    return ChannelData.newBuilder().setData(ByteString.copyFromUtf8(text)).build();
  }

  private ClientCallStreamObserver<ChannelData> openStream() {
    stub.open(replies);
    replies.call().onNext(open("web", ChannelType.CHANNEL_TYPE_STREAM));
    await().until(() -> replies.all.size() == 1);
    assertThat(replies.all.get(0).getOpened().getPath().getRemote()).isEqualTo("memory");
    return replies.call();
  }

  @Test
  void aProgramOpensAChannelAndEachDirectionEndsOnItsOwn() throws Exception {
    CompletableFuture<BlockingStreams> there = new CompletableFuture<>();
    bob.listen(WEB, Access.ALL_CONTACTS, (p, o) -> there.complete(o.accept().blocking()));
    ClientCallStreamObserver<ChannelData> call = openStream();
    BlockingStreams streams = there.get(60, TimeUnit.SECONDS);

    call.onNext(data("question"));
    call.onNext(ChannelData.newBuilder().setEnd(ChannelEnd.getDefaultInstance()).build());
    assertThat(streams.in().readAllBytes()).asString().isEqualTo("question");
    streams.out().write("answer".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    streams.out().close();

    assertThat(replies.over.get(60, TimeUnit.SECONDS)).isEqualTo(Status.Code.OK);
    assertThat(replies.bytes()).asString().isEqualTo("answer");
    assertThat(replies.all.get(replies.all.size() - 1).hasEnd()).isTrue();
  }

  @Test
  void aProgramListensAcceptsAndRefuses() throws Exception {
    Told told = new Told();
    stub.listen(LISTEN, told);
    ChannelsGrpc.ChannelsBlockingStub blocking = ChannelsGrpc.newBlockingStub(served.channel);
    await()
        .until(
            () ->
                blocking
                    .listServices(ListServicesRequest.getDefaultInstance())
                    .getServicesList()
                    .equals(List.of("web")));
    CompletableFuture<StreamChannel> opened = bob.open(ALICE, WEB, Duration.ofSeconds(60));
    await().until(() -> told.all.size() == 1);
    assertThat(told.all.get(0).getPeerName()).isEqualTo("bob");
    assertThat(told.all.get(0).getType()).isEqualTo(ChannelType.CHANNEL_TYPE_STREAM);

    stub.accept(replies);
    replies.call().onNext(accept(told.all.get(0)));
    BlockingStreams streams = opened.get(60, TimeUnit.SECONDS).blocking();
    streams.out().write(7);
    await().until(() -> replies.bytes().length == 1);
    replies
        .call()
        .onNext(ChannelData.newBuilder().setReset(ChannelReset.newBuilder().setReason(9)).build());
    assertThat(replies.over.get(60, TimeUnit.SECONDS)).isEqualTo(Status.Code.OK);

    CompletableFuture<StreamChannel> second = bob.open(ALICE, WEB, Duration.ofSeconds(60));
    await().until(() -> told.all.size() == 2);
    Replies refusing = new Replies();
    stub.accept(refusing);
    refusing
        .call()
        .onNext(
            ChannelData.newBuilder()
                .setRefuse(
                    RefuseChannel.newBuilder().setId(told.all.get(1).getId()).setWhy("closed"))
                .build());
    assertThat(second).failsWithin(Duration.ofSeconds(60));
    Replies again = new Replies();
    stub.accept(again);
    again.call().onNext(accept(told.all.get(1)));
    assertThat(again.over.get(60, TimeUnit.SECONDS)).isEqualTo(Status.Code.NOT_FOUND);
  }

  private static ChannelData accept(IncomingChannel incoming) {
    return ChannelData.newBuilder().setAccept(incoming.getId()).build();
  }

  @Test
  void aNameIsServedWhileItsCallLives() throws Exception {
    Told first = new Told();
    stub.listen(LISTEN, first);
    await().until(() -> served.node.channels().services().contains(WEB));
    Told second = new Told();
    stub.listen(LISTEN, second);
    assertThat(second.over.get(60, TimeUnit.SECONDS)).isEqualTo(ErrorDetail.Code.SERVICE_TAKEN);
    CompletableFuture<StreamChannel> waiting = bob.open(ALICE, WEB, Duration.ofSeconds(60));
    await().until(() -> first.all.size() == 1);
    first.call().cancel("the test ends it", null);
    await().until(() -> served.node.channels().services().isEmpty());
    assertThat(waiting).failsWithin(Duration.ofSeconds(60));
  }

  @Test
  void eachOutcomeHasItsCode() throws Exception {
    bob.listen(WEB, Access.ALL_CONTACTS, (p, o) -> o.refuse("not today"));
    bob.listen(new ServiceName("mine"), Access.NOBODY, (p, o) -> o.refuse(""));
    assertThat(failure("web")).isEqualTo(ErrorDetail.Code.CHANNEL_REFUSED);
    assertThat(failure("mine")).isEqualTo(ErrorDetail.Code.NOT_ALLOWED);
    assertThat(failure("none")).isEqualTo(ErrorDetail.Code.UNKNOWN_SERVICE);
  }

  private ErrorDetail.Code failure(String service) throws Exception {
    Replies heard = new Replies();
    stub.open(heard);
    heard.call().onNext(open(service, ChannelType.CHANNEL_TYPE_STREAM));
    heard.over.get(60, TimeUnit.SECONDS);
    return heard.code;
  }

  @Test
  void aPeerThatDoesNotReadHoldsTheProgramBack() throws Exception {
    CompletableFuture<StreamChannel> there = new CompletableFuture<>();
    bob.listen(WEB, Access.ALL_CONTACTS, (p, o) -> there.complete(o.accept()));
    ClientCallStreamObserver<ChannelData> call = openStream();
    ChannelData chunk =
        ChannelData.newBuilder().setData(ByteString.copyFrom(new byte[32_768])).build();
    int sent = 0;
    // What gRPC, the daemon and the network in memory hold is well below that.
    for (; call.isReady() || sent < 30; sent++) {
      call.onNext(chunk);
      assertThat(sent).isLessThan(1_000);
    }
    CompletableFuture<Integer> all = new CompletableFuture<>();
    call.onNext(ChannelData.newBuilder().setEnd(ChannelEnd.getDefaultInstance()).build());
    there.get(60, TimeUnit.SECONDS).start(new Counting(all));
    assertThat(all.get(60, TimeUnit.SECONDS)).isEqualTo(sent * 32_768);
  }

  @Test
  void aProgramThatDoesNotReadHoldsThePeerBack() throws Exception {
    CompletableFuture<StreamChannel> there = new CompletableFuture<>();
    bob.listen(WEB, Access.ALL_CONTACTS, (p, o) -> there.complete(o.accept()));
    replies.requesting = false;
    stub.open(replies);
    replies.call().onNext(open("web", ChannelType.CHANNEL_TYPE_STREAM));
    StreamChannel channel = there.get(60, TimeUnit.SECONDS);
    int sent = 0;
    for (; channel.isWritable(); sent++) {
      channel.write(ByteBuffer.allocate(100_000));
      network.await(() -> {});
      assertThat(sent).isLessThan(1_000);
    }
    channel.shutdownOutput();
    int bytes = sent * 100_000;
    replies.requesting = true;
    replies.call().request(1);
    await().until(() -> replies.bytes().length == bytes);
  }

  @Test
  void datagramsAreOneMessageEachWithTheirCounts() throws Exception {
    CompletableFuture<DatagramChannel> there = new CompletableFuture<>();
    bob.listen(
        WEB,
        Access.ALL_CONTACTS,
        new ChannelListener() {
          @Override
          public void onStream(PeerId peer, Opening<StreamChannel> opening) {
            opening.refuse("datagrams only");
          }

          @Override
          public void onDatagrams(PeerId peer, Opening<DatagramChannel> opening) {
            there.complete(opening.accept());
          }
        });
    stub.open(replies);
    replies.call().onNext(open("web", ChannelType.CHANNEL_TYPE_DATAGRAM));
    await().until(() -> replies.all.size() == 1);
    DatagramChannel channel = there.get(60, TimeUnit.SECONDS);
    assertThat(replies.all.get(0).getOpened().getMaxDatagramBytes()).isEqualTo(channel.maxBytes());
    replies
        .call()
        .onNext(ChannelData.newBuilder().setDatagram(ByteString.copyFromUtf8("ping")).build());
    CompletableFuture<Integer> size = new CompletableFuture<>();
    channel.start(
        new DatagramChannel.Handler() {
          @Override
          public void onDatagram(ByteBuffer datagram) {
            size.complete(datagram.remaining());
          }

          @Override
          public void onClosed(StreamEnd how) {}
        });
    assertThat(size.get(60, TimeUnit.SECONDS)).isEqualTo(4);
    channel.send(ByteBuffer.wrap(new byte[] {1, 2}));
    await().until(() -> replies.all.size() == 2);
    assertThat(replies.all.get(1).getDatagram().size()).isEqualTo(2);
    assertThat(replies.all.get(1).getCounts().getReceived()).isEqualTo(1);
    replies.call().onCompleted();
    assertThat(replies.over.get(60, TimeUnit.SECONDS)).isEqualTo(Status.Code.OK);
  }

  /** What comes back on an Open or Accept call. */
  private static final class Replies implements ClientResponseObserver<ChannelData, ChannelData> {
    private final CompletableFuture<ClientCallStreamObserver<ChannelData>> call =
        new CompletableFuture<>();
    private final List<ChannelData> all = new CopyOnWriteArrayList<>();
    private final CompletableFuture<Status.Code> over = new CompletableFuture<>();
    private volatile ErrorDetail.Code code = ErrorDetail.Code.CODE_UNSPECIFIED;
    private volatile boolean requesting = true;

    private ClientCallStreamObserver<ChannelData> call() {
      return call.join();
    }

    private byte[] bytes() {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      all.forEach(data -> out.writeBytes(data.getData().toByteArray()));
      return out.toByteArray();
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<ChannelData> stream) {
      stream.disableAutoRequestWithInitial(1);
      call.complete(stream);
    }

    @Override
    public void onNext(ChannelData data) {
      all.add(data);
      if (requesting) {
        call().request(1);
      }
    }

    @Override
    public void onError(Throwable failure) {
      code = detail(failure);
      over.complete(Status.fromThrowable(failure).getCode());
    }

    @Override
    public void onCompleted() {
      over.complete(Status.Code.OK);
    }
  }

  private static ErrorDetail.Code detail(Throwable failure) {
    io.grpc.Metadata trailers = Status.trailersFromThrowable(failure);
    ErrorDetail detail = trailers == null ? null : trailers.get(Failures.DETAIL);
    return detail == null ? ErrorDetail.Code.CODE_UNSPECIFIED : detail.getCode();
  }

  /** What a Listen call tells. */
  private static final class Told
      implements ClientResponseObserver<ListenRequest, IncomingChannel> {
    private final CompletableFuture<ClientCallStreamObserver<ListenRequest>> call =
        new CompletableFuture<>();
    private final List<IncomingChannel> all = new CopyOnWriteArrayList<>();
    private final CompletableFuture<ErrorDetail.Code> over = new CompletableFuture<>();

    private ClientCallStreamObserver<ListenRequest> call() {
      return call.join();
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<ListenRequest> stream) {
      call.complete(stream);
    }

    @Override
    public void onNext(IncomingChannel channel) {
      all.add(channel);
    }

    @Override
    public void onError(Throwable failure) {
      over.complete(detail(failure));
    }

    @Override
    public void onCompleted() {}
  }

  /** Counts the bytes of a channel up to its end. */
  private static final class Counting implements StreamChannel.Handler {
    private final CompletableFuture<Integer> all;
    private int bytes;

    Counting(CompletableFuture<Integer> all) {
      this.all = all;
    }

    @Override
    public void onBytes(ByteBuffer piece) {
      bytes += piece.remaining();
    }

    @Override
    public void onEnd() {
      all.complete(bytes);
    }

    @Override
    public void onClosed(StreamEnd how) {}
  }
}
