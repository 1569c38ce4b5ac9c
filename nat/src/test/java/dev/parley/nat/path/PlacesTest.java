package dev.parley.nat.path;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Its bounds for strangers are tested with them. */
class PlacesTest {
  @Test
  void aFloodFromManySourcesIsRememberedUpToABound() {
    Places places = new Places(new Places.Limits(10, 1, 1e9, 1), 0);
    for (int i = 0; i < 10 * Places.MAX_SOURCES; i++) {
      if (places.admit(i, i)) {
        places.left(i);
      }
    }
    assertThat(places.sources()).isBetween(1L, (long) Places.MAX_SOURCES);
    assertThat(places.taken()).isZero();
  }
}
