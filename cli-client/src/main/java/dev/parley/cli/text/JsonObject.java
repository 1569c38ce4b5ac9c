package dev.parley.cli.text;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Reads one JSON object (RFC 8259) for its strings; other values are checked and passed over. Small
 * on purpose, like {@link Json}.
 */
public final class JsonObject {
  private static final int MAX_DEPTH = 32;

  private final String text;
  private final Map<String, String> strings = new HashMap<>();
  private int at;

  private JsonObject(String text) {
    this.text = text;
  }

  /**
   * @throws IllegalArgumentException saying what was expected where
   */
  public static JsonObject parse(String text) {
    JsonObject object = new JsonObject(text);
    object.object(object.strings, 0);
    object.blank();
    if (object.at < text.length()) {
      throw object.expected("nothing more");
    }
    return object;
  }

  /** The value under this name, if it is a string. */
  public Optional<String> string(String name) {
    return Optional.ofNullable(strings.get(name));
  }

  private void object(Map<String, String> into, int depth) {
    take('{');
    if (skip('}')) {
      return;
    }
    do {
      blank();
      String name = string();
      take(':');
      blank();
      if (peek() == '"') {
        into.put(name, string());
      } else {
        into.remove(name);
        value(depth);
      }
    } while (skip(','));
    take('}');
  }

  private void value(int depth) {
    if (depth > MAX_DEPTH) {
      throw expected("no deeper nesting");
    }
    blank();
    switch (peek()) {
      case '{' -> object(new HashMap<>(), depth + 1);
      case '[' -> array(depth + 1);
      case '"' -> string();
      case 't' -> word("true");
      case 'f' -> word("false");
      case 'n' -> word("null");
      default -> number();
    }
  }

  private void array(int depth) {
    take('[');
    if (skip(']')) {
      return;
    }
    do {
      value(depth);
    } while (skip(','));
    take(']');
  }

  private String string() {
    if (peek() != '"') {
      throw expected("a string");
    }
    at++;
    StringBuilder value = new StringBuilder();
    while (peek() != '"') {
      char c = next();
      if (c < 0x20) {
        throw expected("an escape in place of a control character");
      }
      value.append(c == '\\' ? escape() : c);
    }
    at++;
    return value.toString();
  }

  private char escape() {
    char c = next();
    return switch (c) {
      case '"', '\\', '/' -> c;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> unicode();
      default -> throw expected("an escape");
    };
  }

  private char unicode() {
    int value = 0;
    for (int i = 0; i < 4; i++) {
      int digit = Character.digit(next(), 16);
      if (digit < 0) {
        throw expected("four hexadecimal digits");
      }
      value = value * 16 + digit;
    }
    return (char) value;
  }

  private void number() {
    int start = at;
    while ("+-.0123456789eE".indexOf(peek()) >= 0) {
      at++;
    }
    if (at == start) {
      throw expected("a value");
    }
  }

  private void word(String word) {
    if (!text.startsWith(word, at)) {
      throw expected(word);
    }
    at += word.length();
  }

  private void take(char c) {
    blank();
    if (peek() != c) {
      throw expected("'" + c + "'");
    }
    at++;
  }

  private boolean skip(char c) {
    blank();
    if (peek() != c) {
      return false;
    }
    at++;
    return true;
  }

  private void blank() {
    while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  /** The next character, or NUL at the end, which stands nowhere in JSON. */
  private char peek() {
    return at < text.length() ? text.charAt(at) : 0;
  }

  private char next() {
    if (at >= text.length()) {
      throw expected("more");
    }
    return text.charAt(at++);
  }

  private IllegalArgumentException expected(String what) {
    return new IllegalArgumentException("expected " + what + " at character " + (at + 1));
  }
}
