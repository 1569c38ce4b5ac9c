package dev.parley.nat.mapping;

import java.io.IOException;

/** The gateway answered, and the answer is no or nonsense. Silence is a plain IOException. */
final class MappingException extends IOException {
  private static final long serialVersionUID = 1L;

  MappingException(String message) {
    super(message);
  }
}
