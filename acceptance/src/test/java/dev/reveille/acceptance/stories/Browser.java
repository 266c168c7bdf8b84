package dev.reveille.acceptance.stories;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/// Debian's Chromium without a screen, driven over the WebDriver protocol (W3C) by plain HTTP.
///
/// `chromedriver` starts the browser and ends it. A machine without the two fails the test:
/// `.ci/debian-packages` names them.
final class Browser implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ELEMENT = "element-6066-11e4-a52e-4f735466cecf";
  private static final Pattern LISTENS = Pattern.compile("successfully on port (\\d+)");
  private static final List<String> FLAGS =
      List.of(
          "--headless",
          "--no-sandbox", // tests run as root in containers
          "--disable-gpu",
          "--disable-quic",
          "--no-first-run",
          "--disable-background-networking",
          "--disable-component-update",
          "--disable-sync",
          "--disable-dev-shm-usage",
          "--ignore-certificate-errors", // the authority is made anew for each test
          "--window-size=1000,800");

  private final HttpClient http = HttpClient.newHttpClient();
  private final Process driver;
  private final URI session;

  /// @param folder for the profile and the log
  Browser(final Path folder) throws Exception {
    final var log = folder.resolve("chromedriver.log");
    final var builder =
        new ProcessBuilder("chromedriver", "--port=0", "--allowed-ips=127.0.0.1")
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().merge("PATH", ":/usr/sbin:/usr/lib/chromium", String::concat);
    this.driver = builder.start();
    try {
      final var port =
          AcrossProcesses.get(
              "chromedriver's port",
              () -> {
                if (!driver.isAlive()) {
                  throw new IOException("chromedriver ended: " + Files.readString(log));
                }
                final var found = LISTENS.matcher(Files.readString(log));
                return found.find() ? found.group(1) : null;
              });
      final var server = URI.create("http://127.0.0.1:" + port);
      final var arguments = new ArrayList<>(FLAGS);
      arguments.add("--user-data-dir=" + Files.createDirectory(folder.resolve("profile")));
      final var made =
          send(
              server.resolve("/session"),
              "POST",
              Map.of(
                  "capabilities",
                  Map.of(
                      "alwaysMatch",
                      Map.of(
                          "goog:chromeOptions", Map.of("args", arguments),
                          "goog:loggingPrefs", Map.of("browser", "ALL")))));
      this.session = server.resolve("/session/" + made.get("sessionId").asText());
    } catch (Exception | AssertionError failed) {
      driver.destroyForcibly();
      throw failed;
    }
  }

  private JsonNode send(final URI where, final String method, final Object body) throws Exception {
    final var answer =
        http.send(
            HttpRequest.newBuilder(where)
                .timeout(AcrossProcesses.PATIENCE)
                .method(
                    method,
                    body.equals("")
                        ? HttpRequest.BodyPublishers.noBody()
                        : HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body)))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      throw new IOException(method + " " + where.getPath() + ": " + answer.body());
    }
    return JSON.readTree(answer.body()).get("value");
  }

  private JsonNode send(final String method, final String path, final Object body)
      throws Exception {
    return send(URI.create(session + path), method, body);
  }

  /// A new window with a store of its own, as a second browser would have.
  Window window(final URI page) throws Exception {
    final var handle = send("POST", "/window/new", Map.of("type", "window")).get("handle").asText();
    final var window = new Window(handle);
    window.choose();
    send("POST", "/url", Map.of("url", page.toString()));
    return window;
  }

  /// What the pages complained about: scripts that failed, and what the policy forbade.
  List<String> complaints() throws Exception {
    return send("POST", "/se/log", Map.of("type", "browser"))
        .valueStream()
        .filter(line -> line.get("level").asText().equals("SEVERE"))
        .map(line -> line.get("message").asText())
        .toList();
  }

  @Override
  public void close() throws Exception {
    try {
      send("DELETE", "", "");
    } finally {
      driver.descendants().forEach(ProcessHandle::destroy);
      driver.destroy();
      if (!driver.waitFor(10, TimeUnit.SECONDS)) {
        driver.destroyForcibly().waitFor();
      }
      http.close();
    }
  }

  /// One window, seen and used as its user does: by what is shown.
  final class Window {
    private final String handle;

    private Window(final String handle) {
      this.handle = handle;
    }

    private void choose() throws Exception {
      send("POST", "/window", Map.of("handle", handle));
    }

    private String find(final String selector) throws Exception {
      choose();
      return send("POST", "/element", Map.of("using", "css selector", "value", selector))
          .get(ELEMENT)
          .asText();
    }

    /// Clicks as a mouse does: what is hidden or covered cannot be clicked.
    void click(final String selector) throws Exception {
      send("POST", "/element/" + find(selector) + "/click", Map.of());
    }

    void type(final String selector, final String text) throws Exception {
      send("POST", "/element/" + find(selector) + "/value", Map.of("text", text));
    }

    Object run(final String script) throws Exception {
      choose();
      return send("POST", "/execute/sync", Map.of("script", script, "args", List.of())).asText();
    }

    String text(final String selector) throws Exception {
      return send("GET", "/element/" + find(selector) + "/text", "").asText();
    }

    String attribute(final String selector, final String name) throws Exception {
      return send("GET", "/element/" + find(selector) + "/attribute/" + name, "").asText();
    }

    /// Loads the page anew, and waits for that.
    void reload() throws Exception {
      choose();
      send("POST", "/refresh", Map.of());
    }

    void await(final String selector, final String text) throws Exception {
      AcrossProcesses.get(
          selector + " saying " + text,
          () -> isThere(selector) && text(selector).contains(text) ? true : null);
    }

    private boolean isThere(final String selector) throws Exception {
      choose();
      return !send("POST", "/elements", Map.of("using", "css selector", "value", selector))
          .isEmpty();
    }

    void awaitAttribute(final String selector, final String name, final String value)
        throws Exception {
      AcrossProcesses.get(
          selector + " with " + name + "=" + value,
          () -> isThere(selector) && value.equals(attribute(selector, name)) ? true : null);
    }
  }
}
