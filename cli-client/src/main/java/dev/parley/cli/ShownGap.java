package dev.parley.cli;

import dev.parley.cli.text.Json;
import dev.parley.control.v1.Gap;
import java.time.Instant;

/** Messages that are gone, in place of them. */
record ShownGap(Gap gap) {

  String in(Session session) {
    if (session.json()) {
      return new Json().putObject("gap", json()).toString();
    }
    return session
        .style()
        .bad(
            "["
                + gap.getCount()
                + (gap.getCount() == 1 ? " message" : " messages")
                + " that arrived from "
                + Instant.ofEpochMilli(gap.getFirstAtMillis())
                + " to "
                + Instant.ofEpochMilli(gap.getLastAtMillis())
                + " had not been read here when retention dropped them]");
  }

  private Json json() {
    return new Json()
        .put("count", gap.getCount())
        .put("firstPosition", gap.getFirstPosition())
        .put("lastPosition", gap.getLastPosition())
        .putTime("firstAt", gap.getFirstAtMillis())
        .putTime("lastAt", gap.getLastAtMillis());
  }
}
