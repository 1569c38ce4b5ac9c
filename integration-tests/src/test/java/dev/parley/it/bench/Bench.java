package dev.parley.it.bench;

import dev.parley.it.process.Distribution;
import dev.parley.it.process.Stage;
import java.util.ArrayList;
import java.util.List;

/** Measures everything and prints one table. Arguments, if any, name what to measure. */
public final class Bench {
  private static final List<Part> PARTS =
      List.of(
          new Part("start", StartUp::measure),
          new Part("first", FirstMessage::measure),
          new Part("direct", FirstDirect::measure),
          new Part("latency", Latency::measure),
          new Part("throughput", Throughput::measure),
          new Part("peers", ManyPeers::measure),
          new Part("mailbox", Mailboxes::measure),
          new Part("mail", MailToInbox::measure),
          new Part("waiting", Waiting::measure),
          new Part("channels", Bulk::measure),
          new Part("line", SlowLine::measure),
          new Part("shallow", SlowLine::measureShallow),
          new Part("fairness", SlowLine::measureMessages),
          new Part("move", SlowLine::measureMove),
          new Part("datagrams", Datagrams::measure),
          new Part("idle", IdleChannels::measure),
          new Part("http", Http::measure),
          new Part("files", FileSending::measure));

  private Bench() {}

  /** Some of the measurements. */
  interface Measuring {
    List<Measured> measure(Stage stage) throws Exception;
  }

  private record Part(String name, Measuring measuring) {}

  public static void main(String[] names) throws Exception {
    List<Measured> table = new ArrayList<>();
    for (Part part : PARTS) {
      if (names.length == 0 || List.of(names).contains(part.name())) {
        System.err.println("measuring: " + part.name());
        Stage stage = Stage.open(Distribution.built());
        try {
          List<Measured> rows = part.measuring().measure(stage);
          rows.forEach(row -> System.err.println(row.row()));
          table.addAll(rows);
        } finally {
          stage.close();
        }
      }
    }
    print(table);
  }

  private static void print(List<Measured> table) {
    System.out.println(
        "\nparley "
            + Distribution.version()
            + ", Java "
            + Runtime.version()
            + ", "
            + Runtime.getRuntime().availableProcessors()
            + " processors, "
            + System.getProperty("os.name")
            + " "
            + System.getProperty("os.arch")
            + "\n");
    System.out.println("| what | goal | measured | of the goal |");
    System.out.println("|---|---:|---:|---|");
    table.forEach(measured -> System.out.println(measured.row()));
    // Threads of a node's libraries may linger.
    System.exit(0);
  }
}
