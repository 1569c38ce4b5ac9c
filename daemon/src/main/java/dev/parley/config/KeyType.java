package dev.parley.config;

import com.google.common.collect.ImmutableList;
import dev.parley.discovery.RelayUrl;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the value of a key has to be.
 *
 * @param expectation in words, to follow "expected"
 * @param reader takes a value of TOML; throws {@link IllegalArgumentException} when it is none of
 *     these, with a message if that says more than the expectation
 */
record KeyType<T>(String expectation, Function<Object, T> reader) {
  private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})(ms|s|m)");

  static KeyType<InetSocketAddress> listenAddress() {
    return text("HOST:PORT in quotes, port 0 for any free one", HostPort::toListen);
  }

  static KeyType<InetSocketAddress> server() {
    return text("HOST:PORT in quotes", HostPort::ofServer);
  }

  static KeyType<RelayUrl> relayUrl() {
    return text("a relay URL in quotes", RelayUrl::parse);
  }

  static KeyType<Path> path() {
    return text("the path of a file in quotes", KeyType::nonEmptyPath);
  }

  static KeyType<String> oneOf(String... words) {
    List<String> allowed = List.of(words);
    return text("\"" + String.join("\" or \"", allowed) + "\"", word -> among(allowed, word));
  }

  static KeyType<String> word() {
    return text("text in quotes", text -> text);
  }

  static KeyType<Boolean> trueOrFalse() {
    return new KeyType<>("true or false", value -> as(Boolean.class, value));
  }

  static KeyType<Long> number(long min, long max) {
    return new KeyType<>(
        "a whole number from " + shown(min) + " to " + shown(max),
        value -> within(min, max, wholeNumber(value)));
  }

  static KeyType<Integer> smallNumber(int min, int max) {
    KeyType<Long> number = number(min, max);
    return new KeyType<>(number.expectation, value -> Math.toIntExact(number.reader.apply(value)));
  }

  static KeyType<Duration> duration(Duration min, Duration max) {
    return text(
        "a time from \"" + shown(min) + "\" to \"" + shown(max) + "\", in ms, s or m",
        word -> {
          Duration duration = parseDuration(word);
          within(min.toMillis(), max.toMillis(), duration.toMillis());
          return duration;
        });
  }

  static <T> KeyType<ImmutableList<T>> listOf(int max, String what, KeyType<T> element) {
    return new KeyType<>(
        "a list of at most " + max + " " + what,
        value -> {
          List<?> elements = as(List.class, value);
          if (elements.size() > max) {
            throw new IllegalArgumentException("there are " + elements.size());
          }
          return elements.stream().map(element.reader).collect(ImmutableList.toImmutableList());
        });
  }

  /** As TOML, for messages and for the documentation. */
  static String shown(Object value) {
    if (value instanceof Number number) {
      return String.format(Locale.ROOT, "%,d", number.longValue()).replace(',', '_');
    }
    if (value instanceof Duration duration) {
      return duration.toMillis() % 1000 == 0
          ? duration.toSeconds() + "s"
          : duration.toMillis() + "ms";
    }
    return String.valueOf(value);
  }

  private static <T> KeyType<T> text(String expectation, Function<String, T> parser) {
    return new KeyType<>(expectation, value -> parser.apply(as(String.class, value)));
  }

  private static <T> T as(Class<T> type, Object value) {
    if (!type.isInstance(value)) {
      throw new IllegalArgumentException();
    }
    return type.cast(value);
  }

  private static long wholeNumber(Object value) {
    if (value instanceof Integer || value instanceof Long) {
      return ((Number) value).longValue();
    }
    throw new IllegalArgumentException();
  }

  private static long within(long min, long max, long value) {
    if (value < min || value > max) {
      throw new IllegalArgumentException();
    }
    return value;
  }

  private static String among(List<String> allowed, String word) {
    if (!allowed.contains(word)) {
      throw new IllegalArgumentException();
    }
    return word;
  }

  private static Path nonEmptyPath(String text) {
    // An InvalidPathException is an IllegalArgumentException that says why.
    Path path = Path.of(text);
    if (text.isEmpty()) {
      throw new IllegalArgumentException();
    }
    return path;
  }

  private static Duration parseDuration(String text) {
    Matcher matcher = DURATION.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException();
    }
    long amount = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "ms" -> Duration.ofMillis(amount);
      case "s" -> Duration.ofSeconds(amount);
      default -> Duration.ofMinutes(amount);
    };
  }
}
