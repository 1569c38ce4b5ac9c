package dev.parley.store;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import java.nio.file.Path;
import java.time.Instant;
import java.util.stream.Collectors;

/**
 * What became of a damaged database. Kept beside it, and told until the user removes the damaged
 * file.
 *
 * @param damaged where it lies now, as it was found
 * @param saved how many of what are in the new database
 * @param missing a phrase for each thing that is lost or may be; empty when nothing is
 */
public record SalvageReport(
    Path damaged,
    Instant at,
    String cause,
    ImmutableMap<String, Long> saved,
    ImmutableList<String> missing) {

  /** Of all damaged files that still lie beside this database, the oldest first. */
  public static ImmutableList<SalvageReport> beside(Path database) {
    return new SalvageFiles(database).reports();
  }

  /** For people. */
  public String sentence() {
    return "the database was damaged ("
        + cause
        + "); it was set aside as "
        + damaged
        + " and a new one was made of what could be read: "
        + saved.entrySet().stream()
            .map(entry -> entry.getKey() + " " + entry.getValue())
            .collect(Collectors.joining(", "))
        + "; missing: "
        + (missing.isEmpty() ? "nothing that is known of" : String.join("; ", missing));
  }
}
