package dev.parley.config;

import java.util.Optional;

/**
 * One key of the file.
 *
 * @param name with its tables before it, joined by dots
 * @param byDefault as it would stand in the file; empty when nothing takes its place
 */
record Key<T>(String name, KeyType<T> type, Optional<Object> byDefault) {
  static <T> Key<T> of(String name, KeyType<T> type, Object byDefault) {
    return new Key<>(name, type, Optional.of(byDefault));
  }

  static <T> Key<T> withoutDefault(String name, KeyType<T> type) {
    return new Key<>(name, type, Optional.empty());
  }
}
