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
    if (gap.getCount() == 0) {
      return session
          .style()
          .bad(
              "[messages may be missing here: a damaged database was replaced; `parley status`"
                  + " tells more]");
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
                + " had not been read here when they were dropped or lost]");
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
