package dev.parley.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Pattern;

/**
 * Goes on looking for inputs that break a parser: every target in a process of its own, one after
 * the other, and a table of how it went. Fails at the end when something was found, which lies in
 * the corpus then. Run by {@code mvn -Pfuzz verify}.
 */
public final class Campaign {
  private Campaign() {}

  public static void main(String[] arguments) throws Exception {
    Path module = Path.of(System.getProperty("fuzz.module", ".")).toAbsolutePath();
    int seconds = Integer.getInteger("fuzz.seconds", 60);
    Pattern wanted = Pattern.compile(System.getProperty("fuzz.targets", ""));
    List<FuzzTarget> targets =
        Targets.all().stream().filter(target -> wanted.matcher(target.name()).find()).toList();
    System.out.printf("%d targets, %d s each%n%s%n", targets.size(), seconds, Hunt.HEAD);
    boolean found = false;
    for (Hunt hunt : run(module, seconds, targets)) {
      found |= hunt.hasFound();
      hunt.findings().forEach(System.out::println);
    }
    System.exit(found || targets.isEmpty() ? 1 : 0);
  }

  private static List<Hunt> run(Path module, int seconds, List<FuzzTarget> targets)
      throws IOException, InterruptedException, ExecutionException {
    Path work = Files.createDirectories(module.resolve("target").resolve("fuzz"));
    Corpus corpus = new Corpus(module.resolve(Corpus.PLACE));
    ExecutorService jobs = Executors.newFixedThreadPool(Integer.getInteger("fuzz.jobs", 1));
    List<Future<Hunt>> hunts = new ArrayList<>();
    for (FuzzTarget target : targets) {
      hunts.add(
          jobs.submit(
              () -> {
                Hunt hunt = Hunt.of(target, corpus, work);
                hunt.run(seconds);
                System.out.println(hunt.row());
                return hunt;
              }));
    }
    jobs.shutdown();
    List<Hunt> done = new ArrayList<>();
    for (Future<Hunt> hunt : hunts) {
      done.add(hunt.get());
    }
    return done;
  }
}
