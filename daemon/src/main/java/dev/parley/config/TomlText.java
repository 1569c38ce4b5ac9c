package dev.parley.config;

import com.electronwill.nightconfig.core.UnmodifiableConfig;
import com.electronwill.nightconfig.toml.TomlParser;
import com.google.common.collect.ImmutableMap;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The file as it was read: its values, and for messages where they stand. */
final class TomlText {
  /** Possessive, so that a long line that is neither is no work. */
  private static final Pattern TABLE = Pattern.compile("\\s*+\\[([^\\[\\]]++)]\\s*+(#.*)?");

  private static final Pattern ASSIGNMENT = Pattern.compile("\\s*+([A-Za-z0-9_\\-.\"' \t]++)=.*");

  /** Far more than all keys with all their comments. */
  static final int MAX_CHARACTERS = 256 * 1_024;

  private static final int MAX_REASON = 200;

  /** The parser lets such a number wrap around, into a value that may be valid. */
  private static final Pattern HUGE_NUMBER =
      Pattern.compile("(?<==)\\s*[+-]?(0[xob])?[0-9A-Fa-f_]{19,}(?=\\s*[,}#\\n]|\\s*$)");

  private final Path file;
  private final String text;

  TomlText(Path file, String text) {
    this.file = file;
    this.text = text;
  }

  /** A file that does not exist reads as empty. */
  static TomlText read(Path file) throws ConfigException {
    try {
      return new TomlText(file, Files.readString(file));
    } catch (NoSuchFileException e) {
      return new TomlText(file, "");
    } catch (CharacterCodingException e) {
      throw new ConfigException(file + " is not UTF-8 text", "Save it as UTF-8.");
    } catch (IOException e) {
      throw new ConfigException(
          file + " cannot be read: " + e.getMessage(),
          "It must be a file that the daemon's user may read.");
    }
  }

  /** The tables and values, nested as in the file; of TOML's types. */
  ImmutableMap<String, Object> parse() throws ConfigException {
    if (text.length() > MAX_CHARACTERS) {
      throw new ConfigException(
          file
              + " has "
              + text.length()
              + " characters, and at most "
              + MAX_CHARACTERS
              + " are read",
          "It is another file, or something has gone on writing into it.");
    }
    Matcher huge = HUGE_NUMBER.matcher(text);
    if (huge.find()) {
      throw invalid(huge.end(), "a number has too many digits for any key");
    }
    CountingReader reader = new CountingReader(text);
    try {
      return tables(new TomlParser().parse(reader));
    } catch (StackOverflowError e) {
      // The parser calls itself for every bracket within a bracket.
      throw invalid(reader.taken, "it is nested too deep");
    } catch (RuntimeException e) {
      // Besides its own ParsingException the parser throws whatever a wrong character leads it to.
      String reason = String.valueOf(e.getMessage());
      throw invalid(reader.taken, reason.substring(0, Math.min(reason.length(), MAX_REASON)));
    }
  }

  private ConfigException invalid(int taken, String why) {
    return new ConfigException(
        file + ", line " + lineAt(taken) + ": no valid TOML: " + why,
        "Strings stand in quotes, lists in brackets; see docs/configuration.md.");
  }

  /** Where the key stands, such as "config.toml, line 3"; without the line if it is not found. */
  String locate(String key) {
    OptionalInt line = lineOf(key);
    return line.isPresent() ? file + ", line " + line.getAsInt() : file.toString();
  }

  /** The line of the last character that was taken; a line break ends its own line. */
  private long lineAt(int taken) {
    return 1 + text.substring(0, Math.max(0, taken - 1)).chars().filter(c -> c == '\n').count();
  }

  private OptionalInt lineOf(String key) {
    String table = "";
    int number = 0;
    for (String line : text.lines().toList()) {
      number++;
      Matcher header = TABLE.matcher(line);
      Matcher assignment = ASSIGNMENT.matcher(line);
      if (header.matches()) {
        table = plain(header.group(1)) + ".";
        if (table.equals(key + ".")) {
          return OptionalInt.of(number);
        }
      } else if (assignment.matches() && names(table + plain(assignment.group(1)), key)) {
        return OptionalInt.of(number);
      }
    }
    return OptionalInt.empty();
  }

  /** A key within an inline table is found by the line of its table. */
  private static boolean names(String assigned, String key) {
    return key.equals(assigned) || key.startsWith(assigned + ".");
  }

  private static String plain(String key) {
    return key.replaceAll("[\"' \t]", "");
  }

  private static ImmutableMap<String, Object> tables(UnmodifiableConfig config) {
    Map<String, Object> values = new LinkedHashMap<>();
    config
        .valueMap()
        .forEach(
            (key, value) ->
                values.put(key, value instanceof UnmodifiableConfig c ? tables(c) : value));
    return ImmutableMap.copyOf(values);
  }

  /** Knows how far the parser has come. */
  private static final class CountingReader extends StringReader {
    private int taken;

    CountingReader(String text) {
      super(text);
    }

    @Override
    public int read() throws IOException {
      int c = super.read();
      taken += c < 0 ? 0 : 1;
      return c;
    }

    @Override
    public int read(char[] out, int from, int length) throws IOException {
      int count = super.read(out, from, length);
      taken += Math.max(0, count);
      return count;
    }
  }
}
