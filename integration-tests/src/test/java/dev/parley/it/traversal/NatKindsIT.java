package dev.parley.it.traversal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.it.lab.Internet;
import dev.parley.it.lab.Lab;
import dev.parley.it.lab.Prober;
import dev.parley.it.lab.RequiresLab;
import dev.parley.it.lab.Site;
import dev.parley.it.nat.NatKind;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The laboratory's networks are what they are called, or nothing found in them means anything. */
@RequiresLab
class NatKindsIT {

  @ParameterizedTest
  @EnumSource
  void aNetworkMapsAndFiltersAsItsKindSays(NatKind kind) {
    try (Lab lab = Lab.open()) {
      Internet internet = Internet.in(lab);
      Prober prober = Prober.on(internet);
      assertThat(prober.probe(Site.build(internet, kind, "a")).behaviour())
          .isEqualTo(new Prober.Behaviour(kind.mapping(), kind.filtering(), kind == NatKind.OPEN));
    }
  }

  @Test
  @Tag("long")
  void aMappingOfTwentySecondsDiesAfterTwentySeconds() {
    try (Lab lab = Lab.open()) {
      Internet internet = Internet.in(lab);
      Prober prober = Prober.on(internet);
      Site site = Site.build(internet, NatKind.PORT_RESTRICTED, "a").withUdpLifetime(20);
      Prober.Probe shorter = prober.probe(site, Duration.ofSeconds(15));
      Prober.Probe longer = prober.probe(site, Duration.ofSeconds(24));
      assertThat(shorter.survived()).as("after 15 s").isTrue();
      assertThat(longer.survived()).as("after 24 s").isFalse();
    }
  }
}
