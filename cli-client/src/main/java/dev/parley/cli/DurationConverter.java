package dev.parley.cli;

import dev.parley.cli.text.Durations;
import java.time.Duration;
import picocli.CommandLine;

/** Durations on the command line. */
final class DurationConverter implements CommandLine.ITypeConverter<Duration> {
  @Override
  public Duration convert(String text) {
    return Durations.parse(text)
        .orElseThrow(
            () ->
                new CommandLine.TypeConversionException(
                    "'" + text + "' is no duration: expected such as 500ms, 10s or 2m"));
  }
}
