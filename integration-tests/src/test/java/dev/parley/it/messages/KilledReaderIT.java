package dev.parley.it.messages;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.parley.cli.client.BulkSender;
import dev.parley.control.v1.SendRequest;
import dev.parley.it.process.Daemon;
import dev.parley.it.process.Running;
import dev.parley.it.process.Stage;
import dev.parley.it.process.StageExtension;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** kill -9 of `parley recv --follow` while it prints: no line may be missing from what it wrote. */
@ExtendWith(StageExtension.class)
class KilledReaderIT {
  private static final int ROUNDS = 8;
  private static final int MESSAGES = 4_000;
  private static final Pattern LINE =
      Pattern.compile("\\{.*\"text\":\"line (\\d+)\".*\"redelivered\":(true|false)}");

  @Test
  void aReaderThatIsKilledAtAnyMomentLosesNoLine(Stage stage) throws Exception {
    long seed = Long.getLong("killed-reader.seed", System.nanoTime());
    System.out.println("KilledReaderIT: again with -Dkilled-reader.seed=" + seed);
    Random random = new Random(seed);
    Daemon alice = stage.home("alice").start();
    Daemon bob = stage.home("bob").start();
    Daemon.introduce(alice, bob);
    BulkSender sender = BulkSender.open(alice.control().connection());
    List<Integer> printed = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      for (int i = 0; i < MESSAGES / ROUNDS; i++) {
        String text = "line " + (round * MESSAGES / ROUNDS + i);
        sender.send(
            SendRequest.newBuilder().setPeer("bob").setBody(ByteString.copyFromUtf8(text)).build());
      }
      sender.flush();
      int lines = 1 + random.nextInt(MESSAGES / ROUNDS / 2);
      printed.addAll(killAfter(lines, bob, "seed " + seed + " round " + round));
    }
    assertThat(sender.finish()).noneMatch(result -> result.hasError());
    printed.addAll(readRest(bob, printed));
    List<Integer> first = printed.stream().distinct().toList();
    assertThat(first).as("seed %s", seed).hasSize(MESSAGES).isSorted();
    System.out.println(
        "KilledReaderIT: "
            + MESSAGES
            + " lines, "
            + (printed.size() - MESSAGES)
            + " of them twice");
  }

  private static List<Integer> killAfter(int lines, Daemon bob, String what) {
    Running reader = bob.home().launchParley("recv", "--follow", "--json");
    Awaitility.await(what)
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(2))
        .until(() -> numbers(reader.out()).size() >= lines);
    reader.kill();
    return numbers(reader.out());
  }

  private static List<Integer> readRest(Daemon bob, List<Integer> before) {
    Running reader = bob.home().launchParley("recv", "--follow", "--json");
    Awaitility.await("the last line")
        .atMost(Duration.ofSeconds(60))
        .until(() -> numbers(reader.out()).contains(MESSAGES - 1) || before.contains(MESSAGES - 1));
    reader.kill();
    return numbers(reader.out());
  }

  /** Of whole lines: one that was cut off comes again. */
  private static List<Integer> numbers(String out) {
    List<Integer> numbers = new ArrayList<>();
    for (String line : out.substring(0, out.lastIndexOf('\n') + 1).lines().toList()) {
      Matcher matcher = LINE.matcher(line);
      assertThat(matcher.matches()).as(line).isTrue();
      numbers.add(Integer.parseInt(matcher.group(1)));
    }
    return numbers;
  }
}
