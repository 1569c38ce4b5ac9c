package dev.parley.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.control.v1.AddForwardRequest;
import dev.parley.control.v1.AddServiceRequest;
import dev.parley.control.v1.AwaitSocketEndRequest;
import dev.parley.control.v1.ErrorDetail;
import dev.parley.control.v1.ExposedService;
import dev.parley.control.v1.Forward;
import dev.parley.control.v1.ForwardsGrpc;
import dev.parley.control.v1.GetStatusRequest;
import dev.parley.control.v1.ListForwardsRequest;
import dev.parley.control.v1.NodeGrpc;
import dev.parley.control.v1.OpenOnSocketRequest;
import dev.parley.control.v1.RemoveForwardRequest;
import dev.parley.control.v1.RemoveServiceRequest;
import dev.parley.control.v1.SocketEnd;
import dev.parley.forward.ForwardException;
import dev.parley.link.StreamEnd;
import io.grpc.Status;
import java.nio.file.Path;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ForwardsServiceTest {
  @TempDir Path directory;
  private ServedNode served;
  private ForwardsGrpc.ForwardsBlockingStub calls;

  @BeforeEach
  void serve() throws Exception {
    served = new ServedNode(directory);
    calls = ForwardsGrpc.newBlockingStub(served.channel);
  }

  @AfterEach
  void close() throws Exception {
    served.close();
  }

  private static AddServiceRequest web(String target, String... allow) {
    return AddServiceRequest.newBuilder()
        .setService("web")
        .setTarget(target)
        .addAllAllow(java.util.List.of(allow))
        .build();
  }

  private static AddForwardRequest forward(String peer, String local) {
    return AddForwardRequest.newBuilder().setPeer(peer).setService("web").setLocal(local).build();
  }

  private static void fails(ThrowingCallable call, ErrorDetail.Code code) {
    assertThatThrownBy(call)
        .satisfies(
            e ->
                assertThat(Status.trailersFromThrowable(e).get(Failures.DETAIL).getCode())
                    .isEqualTo(code));
  }

  @Test
  void servicesAndForwardsAreAddedShownAndRemoved() {
    ExposedService service = calls.addService(web("tcp:127.0.0.1:80", "bob"));
    assertThat(service.getTarget()).isEqualTo("tcp:127.0.0.1:80");
    assertThat(service.getAllowed(0).getName()).isEqualTo("bob");
    assertThat(service.getTraffic().getDatagramsDropped()).isEqualTo(6);
    assertThat(service.getLastProblem()).isEqualTo("it broke");
    Forward forward = calls.addForward(forward("bob", "udp:127.0.0.1:9"));
    assertThat(forward.getIdleMillis()).isEqualTo(60_000);
    assertThat(forward.getPeerName()).isEqualTo("bob");
    assertThat(calls.listForwards(ListForwardsRequest.getDefaultInstance()).getServicesList())
        .containsExactly(service);
    assertThat(
            NodeGrpc.newBlockingStub(served.channel)
                .getStatus(GetStatusRequest.getDefaultInstance())
                .getForwards()
                .getForwardsList())
        .containsExactly(forward);
    calls.removeForward(RemoveForwardRequest.newBuilder().setForward("1").build());
    calls.removeService(RemoveServiceRequest.newBuilder().setService("web").build());
  }

  @Test
  void whatIsWrongHasACode() {
    fails(() -> calls.addService(web("nowhere")), ErrorDetail.Code.BAD_ADDRESS);
    fails(() -> calls.addService(web("tcp:x:1", "zoe")), ErrorDetail.Code.UNKNOWN_PEER);
    fails(() -> calls.addForward(forward("zoe", "tcp:x:1")), ErrorDetail.Code.UNKNOWN_PEER);
    fails(
        () -> calls.removeService(RemoveServiceRequest.newBuilder().setService("nothing").build()),
        ErrorDetail.Code.NOT_FOUND);
    fails(
        () -> calls.removeService(RemoveServiceRequest.newBuilder().setService("A B").build()),
        ErrorDetail.Code.BAD_NAME);
    served.node.forwards.refusal =
        new ForwardException(ForwardException.Reason.ADDRESS_IN_USE, "taken", "another");
    fails(() -> calls.addForward(forward("bob", "tcp:x:1")), ErrorDetail.Code.ADDRESS_IN_USE);
  }

  @Test
  void aSocketIsToldAndThenHowItEnded() {
    OpenOnSocketRequest request =
        OpenOnSocketRequest.newBuilder().setPeer("bob").setService("web").build();
    String path = calls.openOnSocket(request).getPath();
    assertThat(path).isEqualTo("/run/web10000");
    served.node.forwards.socketEnd.complete(new StreamEnd.Lost("cut"));
    SocketEnd end = calls.awaitSocketEnd(AwaitSocketEndRequest.newBuilder().setPath(path).build());
    assertThat(end.getHow()).isEqualTo(SocketEnd.How.HOW_LOST);
    assertThat(end.getSentence()).contains("cut");
    fails(
        () -> calls.awaitSocketEnd(AwaitSocketEndRequest.newBuilder().setPath("/x").build()),
        ErrorDetail.Code.NOT_FOUND);
  }
}
