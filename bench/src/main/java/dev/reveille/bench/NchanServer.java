package dev.reveille.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Runs nginx with the module nchan as a peer, with all phones on one channel, which is its
/// cheapest way. It must be installed as Debian packages it (`nginx-light` and
/// `libnginx-mod-nchan`).
final class NchanServer extends OneChannelServer {
  static final String MISSING =
      "nchan was NOT MEASURED: nginx or its module is not installed here (Debian: nginx-light and"
          + " libnginx-mod-nchan)";

  private static final int WORKERS = 2;
  private static final Path MODULE = Path.of("/usr/lib/nginx/modules/ngx_nchan_module.so");

  /// Filled with: module, user, folder twice, workers, folder five times, port, whether TLS, its
  /// settings, control port.
  private static final String CONFIGURATION =
      """
      load_module %s;
      %sdaemon off;
      pid %s/nginx.pid;
      error_log %s/error.log;
      worker_processes %d;
      events { worker_connections 19900; multi_accept on; }
      http {
        access_log off;
        client_body_temp_path %s/body;
        proxy_temp_path %s/proxy;
        fastcgi_temp_path %s/fastcgi;
        uwsgi_temp_path %s/uwsgi;
        scgi_temp_path %s/scgi;
        keepalive_requests 1000000;
        keepalive_timeout 3600s;
        server {
          listen 127.0.0.1:%d backlog=65535%s;
          %s
          location = /sub {
            nchan_subscriber longpoll;
            nchan_channel_id all;
            nchan_subscriber_first_message newest;
            nchan_subscriber_timeout 0;
          }
        }
        server {
          listen 127.0.0.1:%d;
          location = /pub {
            nchan_publisher;
            nchan_channel_id all;
            nchan_message_buffer_length 1;
          }
          location = /status { nchan_stub_status; }
        }
      }
      """;

  private static final Pattern SUBSCRIBERS = Pattern.compile("subscribers: (\\d+)");

  private final int port;
  private final int control;
  private final Process nginx;
  private final HttpClient client = HttpClient.newHttpClient();

  /// The program, if it and the module are installed here.
  static Optional<Path> program() {
    return Stream.concat(
            Stream.of(Optional.ofNullable(System.getenv("PATH")).orElse("").split(":")),
            Stream.of("/usr/sbin"))
        .map(folder -> Path.of(folder, "nginx"))
        .filter(Files::isExecutable)
        .filter(_ -> Files.exists(MODULE))
        .findFirst();
  }

  NchanServer(final Path program, final HeldStage stage, final boolean tls) throws IOException {
    super(stage, tls);
    final var here = InetAddress.getLoopbackAddress();
    try (var one = new ServerSocket(0, 1, here);
        var two = new ServerSocket(0, 1, here)) {
      this.port = one.getLocalPort();
      this.control = two.getLocalPort();
    }
    final var folder = Files.createTempDirectory(stage.folder, "nginx-");
    final var file = folder.resolve("nginx.conf");
    Files.writeString(file, configuration(folder, stage, tls));
    this.nginx =
        new ProcessBuilder(program.toString(), "-p", folder.toString(), "-c", file.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("out.txt").toFile())
            .start();
    awaitReady(folder);
  }

  private String configuration(final Path folder, final HeldStage stage, final boolean tls) {
    final var asRoot = System.getProperty("user.name").equals("root") ? "user root;\n" : "";
    final var secured =
        tls
            ? "ssl_certificate %s;\nssl_certificate_key %s;\n"
                    .formatted(stage.certificate(), stage.key())
                + "ssl_protocols TLSv1.3;\nssl_session_cache off;\nssl_session_tickets off;\n"
                + "ssl_buffer_size 4k;\n"
            : "";
    return CONFIGURATION.formatted(
        MODULE,
        asRoot,
        folder,
        folder,
        WORKERS,
        folder,
        folder,
        folder,
        folder,
        folder,
        port,
        tls ? " ssl" : "",
        secured,
        control);
  }

  private void awaitReady(final Path folder) throws IOException {
    for (int look = 0; look < 100; look++) {
      if (!nginx.isAlive()) {
        throw new IOException("nginx ended: " + Files.readString(folder.resolve("out.txt")));
      }
      try {
        final var _ = held();
        return;
      } catch (final java.net.ConnectException _) {
        pause();
      }
    }
    throw new IOException("nginx does not answer");
  }

  private static void pause() throws IOException {
    try {
      Thread.sleep(50);
    } catch (final InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException(interrupted);
    }
  }

  @Override
  public String name() {
    return "nchan, poll";
  }

  @Override
  public int port() {
    return port;
  }

  @Override
  public int held() throws IOException {
    final var text = ReveilleServer.text(client, at("/status"));
    final var found = SUBSCRIBERS.matcher(text);
    if (!found.find()) {
      throw new IOException("nchan does not tell its subscribers: " + text);
    }
    return Integer.parseInt(found.group(1));
  }

  private URI at(final String path) {
    return URI.create("http://127.0.0.1:" + control + path);
  }

  @Override
  public long tell(final int phones) throws IOException {
    final var event = next().getBytes(StandardCharsets.US_ASCII);
    try (var publication = new RawPost(at("/pub"), null, "", event)) {
      final long sent = publication.send();
      final var _ = publication.answer();
      return sent;
    }
  }

  @Override
  public List<Long> processes() {
    final var all = new ArrayList<>(List.of(nginx.pid()));
    nginx.toHandle().children().map(ProcessHandle::pid).forEach(all::add);
    return all;
  }

  @Override
  public void close() {
    client.close();
    nginx.destroy();
    try {
      if (!nginx.waitFor(10, TimeUnit.SECONDS)) {
        nginx.children().forEach(ProcessHandle::destroyForcibly);
        nginx.destroyForcibly();
      }
    } catch (final InterruptedException _) {
      Thread.currentThread().interrupt();
      nginx.destroyForcibly();
    }
  }
}
