package dev.parley.it.bench;

import com.google.protobuf.ByteString;
import dev.parley.cli.client.BulkSender;
import dev.parley.control.v1.SendRequest;
import dev.parley.control.v1.SendResult;
import dev.parley.it.process.Daemon;
import dev.parley.it.process.Memory;
import dev.parley.it.process.Stage;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A million messages of 400 bytes that wait for a peer that is not there. */
final class Waiting {
  private static final int MESSAGES = 1_000_000;
  private static final int SETTLED_SECONDS = 15;
  private static final double MEGABYTE = 1 << 20;

  private Waiting() {}

  static List<Measured> measure(Stage stage) throws Exception {
    Daemon bob = stage.home("bob").start();
    Daemon alice =
        stage.home("alice").config("[messages]\nmax_outbox_per_peer = 2_000_000\n").start();
    Daemon.introduce(alice, bob);
    bob.stop();
    queue(alice);
    TimeUnit.SECONDS.sleep(SETTLED_SECONDS);
    double rss = Memory.rss(alice.process()) / MEGABYTE;
    double peak = Memory.peakRss(alice.process()) / MEGABYTE;
    alice.stop();
    return List.of(
        Measured.atMost("RSS while 1,000,000 messages wait in an outbox", 150, rss, "MB"),
        Measured.without("the most it had been, while they were taken", peak, "MB"),
        Measured.without(
            "database per 100,000 waiting messages of 400 bytes",
            size(alice) / MEGABYTE / (MESSAGES / 100_000.0),
            "MB"));
  }

  private static void queue(Daemon alice) throws Exception {
    SendRequest request =
        SendRequest.newBuilder()
            .setPeer("bob")
            .setBody(ByteString.copyFrom(new byte[400]))
            .setContentType("application/octet-stream")
            .build();
    BulkSender sender = BulkSender.open(alice.control().connection());
    for (int i = 0; i < MESSAGES; i++) {
      sender.send(request);
      if (sender.takeReady().stream().anyMatch(SendResult::hasError)) {
        throw new AssertionError("a message was refused");
      }
    }
    sender.finish();
  }

  /** Once the daemon has ended, all is in one file. */
  private static long size(Daemon daemon) throws IOException {
    return Files.size(daemon.home().places().database());
  }
}
