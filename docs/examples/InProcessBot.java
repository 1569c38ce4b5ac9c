import dev.parley.config.NodeConfig;
import dev.parley.identity.PassphraseSource;
import dev.parley.messaging.*;
import dev.parley.node.Node;
import dev.parley.proto.home.NodeHome;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.CompletableFuture;

/** Answers every message, once. The node is a part of this program: InProcessBot HOME. */
public final class InProcessBot implements InboxListener {
  private final Node node;
  private final CompletableFuture<String> ended = new CompletableFuture<>();
  private volatile InboxSubscription inbox;

  private InProcessBot(Node node) {
    this.node = node;
  }

  public static void main(String[] args) throws Exception {
    NodeHome home = NodeHome.in(Path.of(args[0]));
    NodeConfig config = NodeConfig.load(home.configFile());
    PassphraseSource passphrases = PassphraseSource.of(System.getenv());
    Node node =
        Node.start(home, config, new Node.Environment("bot/1.0", passphrases, Clock.systemUTC()));
    // A polite goodbye to peers. Nothing depends on it: kill -9 does no harm.
    Runtime.getRuntime().addShutdownHook(new Thread(node::close));
    while (true) {
      InProcessBot bot = new InProcessBot(node);
      node.messages().subscribe(new ConsumerName("bot"), 64, bot);
      System.err.println(bot.ended.get() + "; subscribing again in a second");
      Thread.sleep(1_000);
    }
  }

  @Override
  public void onSubscribed(InboxSubscription subscription) {
    inbox = subscription;
  }

  /** Runs on the node's messaging thread: nothing may wait here, so the rest is called back. */
  @Override
  public void onMessage(ReceivedMessage question) {
    String text = question.body().toStringUtf8();
    String answer = "you said: " + text.substring(0, Math.min(text.length(), 1_000));
    // Made of the question alone: however often this runs, it is one send, which is done once.
    String id = "answer:" + question.from() + ":" + question.id();
    node.messages()
        .send(OutgoingMessage.text(question.from(), answer).withClientId(id))
        .whenComplete((sent, failure) -> onAnswered(question, failure));
  }

  /** Acknowledges only what is answered on disk. Killed before, the bot gets the question again. */
  private void onAnswered(ReceivedMessage question, Throwable failure) {
    // Taken: an earlier version of this bot has answered already, in other words.
    boolean taken =
        failure instanceof MessageRejected r
            && r.reason() == MessageRejected.Reason.CLIENT_ID_TAKEN;
    if (failure == null || taken) {
      inbox.acknowledgeOne(question.position());
    } else {
      System.err.println("not answered yet: " + failure.getMessage());
      inbox.close(); // It comes again with the next subscription.
    }
  }

  @Override
  public void onGap(InboxGap gap) {
    System.err.println(gap.count() + " messages were dropped before this bot came to them");
    inbox.acknowledge(gap.lastPosition());
  }

  @Override
  public void onEnded(String reason) {
    ended.complete(reason);
  }
}
