package dev.reveille.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.reveille.cli.terminal.CommandEnvironment;
import dev.reveille.cli.wire.Json;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/// Stands in for a server: answers what the test says for `METHOD /v1/path?query` and remembers
/// what it was asked. Anything else is answered as the real one answers it: RV-109.
final class StubServer implements AutoCloseable {
  record Asked(String what, String authorization, String ifNoneMatch, JsonNode body) {}

  record Ran(int exitCode, String out, String err) {}

  private record Answer(int status, String body) {}

  private static final Answer UNKNOWN_QUERY =
      new Answer(400, "{\"title\":\"No such query.\",\"status\":400,\"code\":\"RV-102\"}");

  /// What a query may hold; the server refuses any other (`RV-102`).
  private static final Map<String, String> QUERIES =
      Map.ofEntries(
          Map.entry("/v1/federation/handles", "partner app limit after"),
          Map.entry("/v1/users", "limit after alike"),
          Map.entry("/v1/installations", "user limit after"),
          Map.entry("/v1/audit", "limit after who kind since until"),
          Map.entry("/v1/organisations", "limit after"),
          Map.entry("/v1/domains", "limit after"),
          Map.entry("/v1/organisations/acme", "contents"),
          Map.entry("/v1/apps/phone/installations", "limit after"),
          Map.entry("/v1/settings/push-notification", "after"),
          Map.entry("/v1/events", "source id dryRun"),
          Map.entry("/v1/events/trail", "source id"));

  private final HttpServer server;
  private final Map<String, Deque<Answer>> answers = new HashMap<>();
  private final List<Asked> asked = new CopyOnWriteArrayList<>();

  StubServer() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/", this::answer);
    server.start();
  }

  String address() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /// Answers given for the same request come one after the other; the last one stays.
  StubServer on(final String what, final int status, final String body) {
    answers
        .computeIfAbsent(what, _ -> new ConcurrentLinkedDeque<>())
        .add(new Answer(status, body.replace('\'', '"')));
    return this;
  }

  /// Forgets what it answered so far.
  StubServer replace(final String what, final int status, final String body) {
    answers.remove(what);
    return on(what, status, body);
  }

  private Answer next(final String what) {
    final Deque<Answer> left = answers.getOrDefault(what, new ArrayDeque<>());
    if (left.isEmpty()) {
      return new Answer(
          404,
          """
          {"title":"There is no such thing here.","status":404,"detail":"%s",
           "code":"RV-109","remedy":"Check the identifier."}\
          """
              .formatted(what));
    }
    return left.size() > 1 ? left.removeFirst() : left.getFirst();
  }

  List<Asked> asked() {
    return List.copyOf(asked);
  }

  Asked lastAsked() {
    return asked.getLast();
  }

  /// Runs a command against this server, with a key in the environment.
  Ran run(final String... arguments) {
    return run(Path.of("nowhere"), arguments);
  }

  /// Runs a command that has to succeed, and answers what it prints.
  String out(final String... arguments) {
    final var ran = run(arguments);
    assertEquals(0, ran.exitCode(), ran.err());
    return ran.out();
  }

  /// The body of the newest request is this.
  ///
  /// @param expected JSON with `'` for `"`
  void assertBody(final String expected) {
    assertEquals(Json.read(expected.replace('\'', '"')), lastAsked().body());
  }

  Ran run(final Path folder, final String... arguments) {
    return run(folder, Map.of("REVEILLE_SERVER", address(), "REVEILLE_KEY", "rk_test"), arguments);
  }

  /// The same with something that is piped in.
  Ran runWith(final String piped, final String... arguments) {
    return run(
        Path.of("nowhere"),
        Map.of("REVEILLE_SERVER", address(), "REVEILLE_KEY", "rk_test"),
        new ByteArrayInputStream(piped.getBytes(StandardCharsets.UTF_8)),
        arguments);
  }

  static Ran run(
      final Path folder, final Map<String, String> environment, final String... arguments) {
    return run(folder, environment, InputStream.nullInputStream(), arguments);
  }

  private static Ran run(
      final Path folder,
      final Map<String, String> environment,
      final InputStream in,
      final String... arguments) {
    final var out = new StringWriter();
    final var err = new StringWriter();
    final int exitCode =
        Commands.run(
            new CommandEnvironment(
                in, new PrintWriter(out), new PrintWriter(err), environment, folder, "", false),
            arguments);
    return new Ran(exitCode, out.toString(), err.toString());
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private void answer(final HttpExchange exchange) throws IOException {
    final String what = exchange.getRequestMethod() + " " + exchange.getRequestURI();
    final String body =
        new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    asked.add(
        new Asked(
            what,
            first(exchange, "Authorization"),
            first(exchange, "If-None-Match"),
            body.isEmpty() ? Json.object() : Json.read(body)));
    final Answer answer = asksTooMuch(exchange.getRequestURI()) ? UNKNOWN_QUERY : next(what);
    final byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(answer.status(), bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private static boolean asksTooMuch(final URI asked) {
    final String path = asked.getPath();
    final String known =
        QUERIES.getOrDefault(
            path,
            path.matches("/v1/users/.*/(events|inbox)")
                ? "limit after"
                : asked.toString().endsWith("installations=remove")
                    ? "installations"
                    : path.startsWith("/v1/hubs/phones")
                        ? "registrations namespace"
                        : path.equals("/v1/namespaces/chat-hubs") ? "hubs registrations" : "");
    return path.startsWith("/v1")
        && asked.getQuery() != null
        && Stream.of(asked.getQuery().split("&"))
            .map(one -> one.split("=")[0])
            .anyMatch(name -> !List.of(known.split(" ")).contains(name));
  }

  private static String first(final HttpExchange exchange, final String name) {
    final List<String> values = exchange.getRequestHeaders().getOrDefault(name, new ArrayList<>());
    return values.isEmpty() ? "" : values.getFirst();
  }
}
