package dev.parley.forward;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.fuzz.FuzzTarget;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Local addresses that people write. */
public final class EndpointFuzz {
  private EndpointFuzz() {}

  public static List<FuzzTarget> targets() {
    return List.of(
        FuzzTarget.of("endpoint", EndpointFuzz::endpoint, Endpoint.class)
            .seeds("tcp:127.0.0.1:80", "udp:[::1]:53", "unix:/run/x", "8080", "example.org:1"));
  }

  private static void endpoint(byte[] input) {
    try {
      Endpoint read = Endpoint.parse(new String(input, StandardCharsets.UTF_8));
      assertThat(Endpoint.parse(read.toString())).isEqualTo(read);
    } catch (IllegalArgumentException e) {
      assertThat(e).hasMessageMatching("(?s).+");
    }
  }
}
