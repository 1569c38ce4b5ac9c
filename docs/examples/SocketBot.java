import com.google.protobuf.ByteString;
import dev.parley.control.v1.*;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.BlockingClientCall;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import java.net.UnixDomainSocketAddress;

/** Answers every message, once, by way of the daemon's socket: SocketBot SOCKET. */
public final class SocketBot {
  private static long pauseMillis;

  public static void main(String[] args) throws Exception {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress(UnixDomainSocketAddress.of(args[0]))
            .channelType(NioDomainSocketChannel.class, UnixDomainSocketAddress.class)
            .eventLoopGroup(new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory()))
            .withOption(ChannelOption.SO_KEEPALIVE, null) // A Unix socket has none.
            .overrideAuthority("parley").usePlaintext().build();
    while (true) {
      try {
        answerAll(MessagesGrpc.newBlockingV2Stub(channel));
      } catch (StatusException e) { // The daemon is away, or refuses for now.
        System.err.println(e.getMessage());
      }
      pauseMillis = Math.min(100 + 2 * pauseMillis, 2_000);
      Thread.sleep(pauseMillis);
      channel.resetConnectBackoff(); // The pause is this loop's own.
    }
  }

  private static void answerAll(MessagesGrpc.MessagesBlockingV2Stub messages) throws Exception {
    BlockingClientCall<ReceiveRequest, ReceivedMessage> inbox = messages.receive();
    Subscribe bot = Subscribe.newBuilder().setConsumer("bot").build();
    inbox.write(ReceiveRequest.newBuilder().setSubscribe(bot).build());
    try {
      while (true) {
        ReceivedMessage question = inbox.read(); // Waits.
        pauseMillis = 0; // It serves.
        if (question.getPosition() == 0) {
          continue; // Only says that nothing else is waiting.
        } else if (question.hasGap()) {
          System.err.println(question.getGap().getCount() + " messages are gone, unanswered");
        } else {
          answer(messages, question);
        }
        // The answer is on disk: only now. Killed before, the bot gets the question again.
        inbox.write(ReceiveRequest.newBuilder().setAcknowledge(question.getPosition()).build());
      }
    } finally {
      inbox.cancel("subscribing again", null);
    }
  }

  private static void answer(MessagesGrpc.MessagesBlockingV2Stub messages, ReceivedMessage question)
      throws Exception {
    String text = question.getBody().toStringUtf8();
    String answer = "you said: " + text.substring(0, Math.min(text.length(), 1_000));
    // Made of the question alone: however often this runs, it is one send, which is done once.
    String id = "answer:" + question.getPeerId() + ":" + question.getMessageId();
    SendRequest request =
        SendRequest.newBuilder().setPeer(question.getPeerId()).setClientId(id)
            .setBody(ByteString.copyFromUtf8(answer)).build();
    try {
      messages.send(request).read(); // The first report, "queued": it is on disk.
    } catch (StatusException e) {
      // Exists: an earlier version of this bot has answered already, in other words.
      if (e.getStatus().getCode() != Status.Code.ALREADY_EXISTS) {
        throw e;
      }
    }
  }
}
