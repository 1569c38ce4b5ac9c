package dev.parley.daemon;

import java.util.function.Function;
import picocli.CommandLine.TypeConversionException;

/** Lets picocli show the sentence with which a value was refused, and nothing beside it. */
final class Options {
  private Options() {}

  static <T> T checked(Function<String, T> parser, String text) {
    try {
      return parser.apply(text);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(String.valueOf(e.getMessage()));
    }
  }
}
