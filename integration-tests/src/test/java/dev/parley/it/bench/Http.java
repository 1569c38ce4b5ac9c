package dev.parley.it.bench;

import dev.parley.it.bench.TwoHosts.Pair;
import dev.parley.it.process.Stage;
import dev.parley.it.tools.Nginx;
import dev.parley.it.tools.Tool;
import dev.parley.it.tools.Wrk;
import java.util.List;
import java.util.Optional;

/** A web server through a forward, and without. */
final class Http {
  private static final int WEB_PORT = 8080;
  private static final int LOCAL_PORT = 9000;
  private static final int CONNECTIONS = 32;
  private static final int WARM_UP_SECONDS = 4;
  private static final int SECONDS = 10;

  private Http() {}

  static List<Measured> measure(Stage stage) throws Exception {
    if (!TwoHosts.possible()) {
      return List.of();
    }
    String through = "HTTP requests through a forward, " + CONNECTIONS + " connections";
    Optional<String> missing = Tool.missing(Tool.NGINX, Tool.WRK);
    if (missing.isPresent()) {
      return List.of(Measured.missing(through, missing.get()));
    }
    TwoHosts hosts = TwoHosts.cabled(stage);
    Pair pair = hosts.daemons().direct();
    String address = hosts.there().address();
    Nginx.serve(hosts.there().home(), address, WEB_PORT, stage.directory().resolve("web"));
    hosts.there().awaitListening(WEB_PORT);
    pair.listen("web", "tcp:" + address + ":" + WEB_PORT);
    pair.forward("web", "127.0.0.1:" + LOCAL_PORT);
    wrk(hosts, "127.0.0.1:" + LOCAL_PORT, WARM_UP_SECONDS);
    Wrk forwarded = wrk(hosts, "127.0.0.1:" + LOCAL_PORT, SECONDS);
    Wrk direct = wrk(hosts, address + ":" + WEB_PORT, SECONDS);
    return List.of(
        Measured.without(through, forwarded.perSecond(), "/s"),
        Measured.without("failed of them", forwarded.failed(), ""),
        Measured.without("HTTP requests without it", direct.perSecond(), "/s"),
        Measured.without(
            "through a forward as a part of that", forwarded.perSecond() / direct.perSecond(), ""));
  }

  private static Wrk wrk(TwoHosts hosts, String where, int seconds) {
    return Wrk.of(
        Wrk.start(
            hosts.here().home(),
            hosts.stage().directory(),
            CONNECTIONS,
            seconds,
            "http://" + where + "/"));
  }
}
