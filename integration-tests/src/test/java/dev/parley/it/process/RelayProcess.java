package dev.parley.it.process;

/** A relay that serves. */
public final class RelayProcess {
  private final Home home;
  private Running running;
  private String url;

  private RelayProcess(Home home, Running running, String url) {
    this.home = home;
    this.running = running;
    this.url = url;
  }

  /** Starts a relay there and waits until it can serve. */
  public static RelayProcess start(Home home, String listen) {
    Running running = home.launch("relay", "--listen", listen);
    return new RelayProcess(home, running, running.awaitLine("relay "));
  }

  /** HOST:PORT#ID. */
  public String url() {
    return url;
  }

  public String address() {
    return url.substring(0, url.indexOf('#'));
  }

  public int port() {
    return Integer.parseInt(address().substring(address().lastIndexOf(':') + 1));
  }

  /** The relay's key. */
  public String id() {
    return url.substring(url.indexOf('#') + 1);
  }

  public Running process() {
    return running;
  }

  public void kill() {
    running.kill();
  }

  public int stop() {
    return running.terminate();
  }

  /** Starts it again at the same port, under the same key. */
  public void restart() {
    running = home.launch("relay", "--listen", address());
    url = running.awaitLine("relay ");
  }
}
