package dev.parley.it.process;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A daemon that serves. */
public final class Daemon implements AutoCloseable {
  private final Home home;
  private final List<String> arguments;
  private Running running;
  private String peerId;
  private @Nullable Control control;

  private Daemon(Home home, List<String> arguments, Running running, String peerId) {
    this.home = home;
    this.arguments = arguments;
    this.running = running;
    this.peerId = peerId;
  }

  static Daemon ready(Home home, List<String> arguments) {
    Running running = home.launch(arguments.toArray(String[]::new));
    Daemon daemon = new Daemon(home, arguments, running, running.awaitLine("parleyd ready "));
    home.closeLater(daemon);
    return daemon;
  }

  public Home home() {
    return home;
  }

  public String name() {
    return home.name();
  }

  public String peerId() {
    return peerId;
  }

  /** Its UDP port. */
  public int port() {
    String listen = control().status().getListen();
    return Integer.parseInt(listen.substring(listen.lastIndexOf(':') + 1));
  }

  public Running process() {
    return running;
  }

  /** The control socket, without the detour over a command. */
  public Control control() {
    Control open = control;
    if (open == null) {
      open = Control.open(home.places());
      control = open;
    }
    return open;
  }

  /** As {@code kill -9} does. */
  public void kill() {
    running.kill();
    close();
  }

  /** Ends it as a service manager does; returns the exit code. */
  public int stop() {
    int exit = running.terminate();
    close();
    return exit;
  }

  /** Starts it again, with the arguments that it had, and waits until it can serve. */
  public void restart() {
    running = home.launch(arguments.toArray(String[]::new));
    peerId = running.awaitLine("parleyd ready ");
  }

  /** Lets two daemons know each other, with all addresses they have. */
  public static void introduce(Daemon one, Daemon other) {
    one.control().addContact(other.name(), other.control().ticket());
    other.control().addContact(one.name(), one.control().ticket());
  }

  /** Lets two daemons know each other by their relays alone. */
  public static void introduceWithoutAddresses(Daemon one, Daemon other) {
    one.control().addContact(other.name(), other.control().ticketWithoutAddresses());
    other.control().addContact(one.name(), one.control().ticketWithoutAddresses());
  }

  /** Closes the connection to it; the daemon runs on. */
  @Override
  public void close() {
    Control open = control;
    control = null;
    if (open != null) {
      open.close();
    }
  }
}
