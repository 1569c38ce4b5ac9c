package dev.parley.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.control.v1.AcceptRequest;
import dev.parley.control.v1.ErrorDetail;
import dev.parley.control.v1.InviteReply;
import dev.parley.control.v1.InviteRequest;
import dev.parley.control.v1.PairedPeer;
import dev.parley.control.v1.PairingGrpc;
import dev.parley.discovery.RelayUrl;
import dev.parley.pairing.PairingException;
import dev.parley.pairing.PairingException.Reason;
import dev.parley.pairing.PairingInvitation;
import dev.parley.pairing.PairingPlan;
import io.grpc.Context;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PairingServiceTest {
  private static final RelayUrl RELAY =
      RelayUrl.parse("192.0.2.1:443#" + FakeNode.peer(9).toString());

  @TempDir Path directory;
  private ServedNode served;
  private FakePairings pairings;

  @BeforeEach
  void serve() throws Exception {
    served = new ServedNode(directory);
    pairings = served.node.pairings;
  }

  @AfterEach
  void stop() throws Exception {
    served.close();
  }

  @Test
  void anInvitationTellsItsCodeAndThenWhoCame() throws Exception {
    Iterator<InviteReply> replies =
        PairingGrpc.newBlockingStub(served.channel)
            .invite(InviteRequest.newBuilder().setName("bob").setRelay(RELAY.toString()).build());
    FakePairings.Begun begun = begun();
    assertThat(begun.plan()).isEqualTo(new PairingPlan(Optional.of("bob"), "", Optional.of(RELAY)));
    begun.listener().onInvited(new PairingInvitation("7-a-b", RELAY, "parley1x", FakeNode.START));
    assertThat(replies.next().getInvitation().getCode()).isEqualTo("7-a-b");
    begun.listener().onPaired(new dev.parley.pairing.PairedPeer(FakeNode.peer(2), "bob"));
    assertThat(replies.next().getPaired())
        .isEqualTo(
            PairedPeer.newBuilder()
                .setPeerId(FakeNode.peer(2).toString())
                .setPeerName("bob")
                .setVerified(true)
                .build());
    assertThat(replies.hasNext()).isFalse();
  }

  @Test
  void whoeverNoLongerWaitsKillsTheCode() {
    Context.CancellableContext waiting = Context.current().withCancellation();
    waiting.run(
        () -> {
          Iterator<InviteReply> unused =
              PairingGrpc.newBlockingStub(served.channel)
                  .invite(InviteRequest.getDefaultInstance());
        });
    begun();
    waiting.cancel(null);
    patiently().until(() -> pairings.closed.get() == 1);
  }

  @Test
  void everyReasonHasACodeOfItsOwn() {
    Set<ErrorDetail.Code> codes = EnumSet.noneOf(ErrorDetail.Code.class);
    for (Reason reason : Reason.values()) {
      ErrorDetail detail = Failures.detail(new PairingException(reason, "why", "what to do"));
      assertThat(codes.add(detail.getCode())).as(reason.name()).isTrue();
      assertThat(detail.getHint()).isEqualTo("what to do");
    }
    assertThat(codes).doesNotContain(ErrorDetail.Code.CODE_UNSPECIFIED);
  }

  @Test
  void acceptingTellsWhyItFailed() {
    CompletableFuture<PairedPeer> answer =
        CompletableFuture.supplyAsync(
            () ->
                PairingGrpc.newBlockingStub(served.channel)
                    .accept(AcceptRequest.newBuilder().setCode("7-a-b").build()));
    FakePairings.Begun begun = begun();
    assertThat(begun.code()).isEqualTo("7-a-b");
    assertThat(begun.plan()).isEqualTo(PairingPlan.DEFAULT);
    begun.listener().onFailed(new PairingException(Reason.WRONG_CODE, "wrong", "a new one"));
    assertThatThrownBy(answer::join)
        .isInstanceOf(CompletionException.class)
        .cause()
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e ->
                assertThat(e.getTrailers().get(Failures.DETAIL).getCode())
                    .isEqualTo(ErrorDetail.Code.WRONG_CODE));
  }

  @Test
  void whatIsNoRelayIsRefused() {
    assertThatThrownBy(
            () ->
                PairingGrpc.newBlockingStub(served.channel)
                    .accept(AcceptRequest.newBuilder().setRelay("nonsense").build()))
        .hasMessageContaining("is no relay URL");
    assertThat(pairings.begun).isEmpty();
  }

  private FakePairings.Begun begun() {
    patiently().until(() -> !pairings.begun.isEmpty());
    return pairings.begun.get(0);
  }

  private static org.awaitility.core.ConditionFactory patiently() {
    return Awaitility.await().atMost(Duration.ofSeconds(60));
  }
}
