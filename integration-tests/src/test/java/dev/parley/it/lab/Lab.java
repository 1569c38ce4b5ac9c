package dev.parley.it.lab;

import java.util.ArrayList;
import java.util.List;

/**
 * The namespaces of one test; all gone when it is closed. Their names tell whose they are
 * ("plab-PID-…"), so that what a killed run has left is found and removed by the next one.
 */
public final class Lab implements AutoCloseable {
  private static final String MARK = "plab-";

  private final List<Namespace> namespaces = new ArrayList<>();
  private final Thread atExit = new Thread(this::removeAll, "lab-end");

  private Lab() {}

  public static Lab open() {
    removeLeftovers();
    Lab lab = new Lab();
    Runtime.getRuntime().addShutdownHook(lab.atExit);
    return lab;
  }

  private static void removeLeftovers() {
    for (String line : Commands.run(List.of("ip", "netns", "list")).lines().toList()) {
      String name = line.split(" ", 2)[0];
      if (name.startsWith(MARK) && !isAlive(name.split("-", 3)[1])) {
        Namespace.remove(name);
      }
    }
  }

  private static boolean isAlive(String pid) {
    return ProcessHandle.of(Long.parseLong(pid)).isPresent();
  }

  /** A new host with nothing but its loopback. */
  public Namespace host(String name) {
    Namespace namespace =
        Namespace.create(MARK + ProcessHandle.current().pid() + "-" + namespaces.size() + name);
    namespaces.add(namespace);
    return namespace;
  }

  /** A cable between two hosts; each end gets an address such as {@code 10.0.0.1/24}. */
  public void cable(Namespace one, String oneAddress, Namespace other, String otherAddress) {
    // Interface names are at most 15 characters, and each namespace has names of its own.
    String oneEnd = one.nextInterface();
    String otherEnd = other.nextInterface();
    wire(one, oneEnd, oneAddress, other, otherEnd, otherAddress);
  }

  /** A cable between two interfaces that get these names; an address may be empty. */
  void wire(
      Namespace one,
      String oneEnd,
      String oneAddress,
      Namespace other,
      String otherEnd,
      String otherAddress) {
    one.ip("link", "add", oneEnd, "type", "veth", "peer", otherEnd, "netns", other.name());
    one.bringUp(oneEnd, oneAddress);
    other.bringUp(otherEnd, otherAddress);
  }

  @Override
  public void close() {
    removeAll();
    Runtime.getRuntime().removeShutdownHook(atExit);
  }

  private void removeAll() {
    List<Namespace> mine = List.copyOf(namespaces);
    namespaces.clear();
    mine.forEach(namespace -> Namespace.remove(namespace.name()));
  }
}
