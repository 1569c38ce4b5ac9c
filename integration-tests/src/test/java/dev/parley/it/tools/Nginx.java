package dev.parley.it.tools;

import dev.parley.it.process.Home;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;

/** nginx in one process, with one page of a few hundred bytes. */
public final class Nginx {
  private Nginx() {}

  /** Starts it where the programs of this home run; {@code directory} is made. */
  public static void serve(Home home, String address, int port, Path directory) throws IOException {
    Path site = Files.createDirectories(directory.resolve("site"));
    Files.writeString(site.resolve("index.html"), "<p>parley</p>\n".repeat(40));
    Files.writeString(
        directory.resolve("nginx.conf"),
        """
        daemon off;
        master_process off;
        pid %1$s/nginx.pid;
        error_log stderr;
        events {}
        http {
          access_log off;
          client_body_temp_path %1$s/t;
          proxy_temp_path %1$s/t;
          fastcgi_temp_path %1$s/t;
          uwsgi_temp_path %1$s/t;
          scgi_temp_path %1$s/t;
          keepalive_requests 1000000;
          server {
            listen %2$s:%3$d;
            root %1$s/site;
          }
        }
        """
            .formatted(directory, address, port));
    home.launchIn(
        directory,
        "nginx",
        Tool.NGINX
            + " -e stderr -p '"
            + directory
            + "' -c '"
            + directory.resolve("nginx.conf")
            + "'");
  }

  /** Waits until somebody listens at this port of the loopback. */
  public static void awaitListening(int port) {
    Awaitility.await("something listens at " + port)
        .atMost(Duration.ofSeconds(30))
        .ignoreExceptions()
        .until(
            () -> {
              try (Socket socket = new Socket()) {
                socket.connect(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
                return true;
              }
            });
  }
}
