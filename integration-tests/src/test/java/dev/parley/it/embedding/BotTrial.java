package dev.parley.it.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.parley.cli.client.BulkSender;
import dev.parley.control.v1.ReceivedMessage;
import dev.parley.control.v1.SendRequest;
import dev.parley.it.process.Daemon;
import dev.parley.it.process.Inbox;
import dev.parley.it.process.Running;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Asks a bot, kills it and its daemon while it answers, and counts the answers. */
final class BotTrial {
  private static final int ROUNDS = 3;
  private static final int PER_ROUND = 15;
  private static final String ANSWER = "you said: ";

  private final Recipe recipe;
  private final Path directory;
  private final Daemon asker;
  private final Daemon botDaemon;
  private final boolean inProcess;
  private final Random random;
  private final List<String> answers = new ArrayList<>();
  private final List<String> questions = new ArrayList<>();
  private @Nullable Running bot;

  /** Whom a round kills. */
  private enum Victim {
    BOT,
    DAEMON,
    BOTH
  }

  /**
   * @param bot the daemon that the bot speaks to, or on whose home it runs a node of its own; it
   *     knows the asker, and the asker it
   */
  BotTrial(Example example, Path directory, Daemon asker, Daemon bot, Random random) {
    this.recipe = Recipe.of(example);
    this.directory = directory;
    this.asker = asker;
    this.botDaemon = bot;
    this.inProcess = example == Example.IN_PROCESS;
    this.random = random;
  }

  void run() throws Exception {
    recipe.build(botDaemon.home(), directory);
    if (inProcess) {
      botDaemon.stop();
    }
    startBot();
    Inbox inbox = asker.control().inbox(botDaemon.name());
    for (Victim victim : victims()) {
      ask(PER_ROUND);
      // When the kill comes is the seed's choice: after so many of this round's answers.
      read(inbox, random.nextInt(questions.size() - answers.size()));
      kill(victim);
    }
    read(inbox, questions.size() - answers.size());
    // What was not acknowledged comes again before this one: after its answer there is nothing.
    kill(Victim.BOT);
    ask(1);
    readUntil(inbox, ANSWER + questions.get(questions.size() - 1));
    inbox.finish();
    assertThat(answers)
        .containsExactlyInAnyOrderElementsOf(questions.stream().map(ANSWER::concat).toList());
  }

  private List<Victim> victims() {
    List<Victim> victims =
        inProcess
            ? new ArrayList<>(Collections.nCopies(ROUNDS, Victim.BOT))
            : new ArrayList<>(List.of(Victim.BOT, Victim.DAEMON, Victim.BOTH));
    Collections.shuffle(victims, random);
    return victims;
  }

  /** All at once, so that the bot has something to do when it is killed. */
  private void ask(int count) throws Exception {
    BulkSender sender = BulkSender.open(asker.control().connection());
    for (String text :
        IntStream.range(0, count).mapToObj(i -> "question " + (questions.size() + i)).toList()) {
      sender.send(
          SendRequest.newBuilder()
              .setPeer(botDaemon.name())
              .setBody(ByteString.copyFromUtf8(text))
              .build());
      questions.add(text);
    }
    assertThat(sender.finish()).noneMatch(result -> result.hasError());
  }

  private void read(Inbox inbox, int count) {
    for (int i = 0; i < count; i++) {
      answers.add(next(inbox));
    }
  }

  private void readUntil(Inbox inbox, String last) {
    String answer;
    do {
      answer = next(inbox);
      answers.add(answer);
    } while (!answer.equals(last));
  }

  /** The asker has asked other bots before. */
  private String next(Inbox inbox) {
    ReceivedMessage message;
    do {
      message = inbox.read(1).get(0);
    } while (!message.getPeerName().equals(botDaemon.name()));
    return Inbox.text(message);
  }

  private void kill(Victim victim) {
    if (victim != Victim.BOT) {
      botDaemon.kill();
    }
    if (victim != Victim.DAEMON && bot != null) {
      bot.kill();
    }
    if (victim != Victim.BOT) {
      botDaemon.restart();
    }
    if (victim != Victim.DAEMON) {
      startBot();
    }
  }

  private void startBot() {
    bot = recipe.start(botDaemon.home(), directory);
  }
}
