package dev.reveille.bench.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.reveille.model.Audience;
import dev.reveille.model.Content;
import dev.reveille.model.EventClass;
import dev.reveille.model.EventKey;
import dev.reveille.model.Lane;
import dev.reveille.model.Life;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.Send;
import dev.reveille.model.SendContent;
import dev.reveille.routing.Intake;
import dev.reveille.routing.Routing;
import dev.reveille.routing.port.TrailEntry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;

/// Takes sends for the benches, over plain HTTP on loopback, without keys. A send is answered when
/// it is on disk, as the product's own protocols do it.
///
/// | request | does |
/// |---|---|
/// | `PUT /audiences/NAME` `{tokens}` | registers addresses, numbered from 1 |
/// | `POST /sends` | takes a send: 202 with its number; a repeat has the same answer |
/// | `GET /sends/N` | how far it has come |
/// | `POST /sends/N/cancel` | no address is begun any more; answered when that is on disk |
/// | `GET /sends/N/trail` | what was tried, by the number of the target |
///
/// A send is `{id, app, audience, upTo}` or `{id, app, tokens}`, with `lane`, `notBefore`, `until`,
/// `title`, `text` and `mark`, which the push carries.
final class SendsListener implements AutoCloseable {
  private static final OrganisationId ORGANISATION = new OrganisationId("default");
  private static final String SOURCE = Send.SOURCES + "bench";
  private static final Duration LONGEST = Duration.ofSeconds(60);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpServer server;
  private final Routing routing;
  private final FileAudiences audiences;

  private SendsListener(
      final HttpServer server, final Routing routing, final FileAudiences audiences) {
    this.server = server;
    this.routing = routing;
    this.audiences = audiences;
  }

  static SendsListener open(final int port, final Routing routing, final FileAudiences audiences) {
    try {
      final var server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
      final var listener = new SendsListener(server, routing, audiences);
      server.createContext("/", listener::handle);
      server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
      server.start();
      return listener;
    } catch (final IOException taken) {
      throw new UncheckedIOException(taken);
    }
  }

  /// @param status of HTTP
  private record Told(int status, JsonNode body) {}

  private void handle(final HttpExchange exchange) throws IOException {
    try (exchange) {
      Told told;
      try {
        told = answer(exchange);
      } catch (final IllegalArgumentException wrong) {
        told = problem(400, String.valueOf(wrong.getMessage()));
      } catch (final InterruptedException _) {
        Thread.currentThread().interrupt();
        return;
      }
      final byte[] body = JSON.writeValueAsBytes(told.body());
      exchange.sendResponseHeaders(told.status(), body.length);
      exchange.getResponseBody().write(body);
    }
  }

  private Told answer(final HttpExchange exchange) throws IOException, InterruptedException {
    final byte[] body = exchange.getRequestBody().readAllBytes();
    final var words = exchange.getRequestURI().getPath().substring(1).split("/");
    return switch (exchange.getRequestMethod() + " " + words[0] + " " + words.length) {
      case "PUT audiences 2" -> keep(words[1], JSON.readTree(body));
      case "POST sends 1" -> submit(JSON.readTree(body), body);
      case "GET sends 2" -> progress(Long.parseLong(words[1]));
      case "GET sends 3" -> trail(Long.parseLong(words[1]));
      case "POST sends 3" -> cancel(Long.parseLong(words[1]));
      default -> problem(404, "there is no " + exchange.getRequestURI());
    };
  }

  private static Told problem(final int status, final String detail) {
    return new Told(status, JSON.createObjectNode().put("detail", detail));
  }

  private Told keep(final String name, final JsonNode body) throws IOException {
    final var tokens = tokens(body);
    audiences.keep(name, tokens);
    return new Told(200, JSON.createObjectNode().put("registered", tokens.size()));
  }

  private static List<String> tokens(final JsonNode body) {
    final var tokens = new ArrayList<String>();
    body.path("tokens").forEach(token -> tokens.add(token.asText()));
    return tokens;
  }

  // ---- a send ---------------------------------------------------------------------------------

  private Told submit(final JsonNode body, final byte[] written) throws InterruptedException {
    final var hash = new CRC32C();
    hash.update(written);
    final var answers = new ArrayBlockingQueue<Intake.Answer>(1);
    routing.sends().submit(send(body), hash.getValue(), answers::add);
    final var answer = answers.poll(LONGEST.toSeconds(), TimeUnit.SECONDS);
    return switch (answer) {
      case Intake.Answer.Stored(var sequence) -> taken(sequence);
      case Intake.Answer.Repeat(var sequence) -> taken(sequence);
      case Intake.Answer.Conflict(_, var why) -> problem(409, why.sentence());
      case Intake.Answer.CallKnown _ -> problem(409, "it is a call");
      case Intake.Answer.NotKept(var why, var detail, var retryAfter) ->
          problem(retryAfter.isZero() ? 400 : 503, why.code() + " " + detail);
      case null -> problem(503, "the store did not answer");
    };
  }

  private static Told taken(final long sequence) {
    return new Told(202, JSON.createObjectNode().put("send", sequence));
  }

  private Send send(final JsonNode body) {
    final var now = routing.clock().instant();
    final var until = moment(body, "until", now.plus(Duration.ofMinutes(30)));
    return new Send(
        new EventKey(ORGANISATION, SOURCE, body.path("id").asText()),
        new Life(until, until),
        Lane.valueOf(body.path("lane").asText("bulk").toUpperCase(Locale.ROOT)),
        moment(body, "notBefore", now),
        audience(body),
        new SendContent.Neutral(
            EventClass.ALERT,
            "bench",
            "",
            new Content(
                body.path("title").asText(),
                body.path("text").asText(),
                Map.of("send-of-bench", body.path("mark").asText()))));
  }

  private static Instant moment(final JsonNode body, final String name, final Instant otherwise) {
    return body.has(name) ? Instant.parse(body.get(name).asText()) : otherwise;
  }

  private static Audience audience(final JsonNode body) {
    final var app = body.path("app").asText();
    if (body.has("audience")) {
      return new Audience.Registered(
          body.get("audience").asText(), app, body.path("upTo").asLong());
    }
    final var all = new ArrayList<Audience.Addressed>();
    for (final var token : tokens(body)) {
      all.add(
          new Audience.Addressed(
              FileAudiences.key(all.size() + 1L), FileAudiences.address(app, token)));
    }
    return new Audience.Addresses(all);
  }

  private Told progress(final long send) {
    final var known = routing.sends().progress(send);
    if (known.isEmpty()) {
      return problem(404, "there is no send " + send);
    }
    final var progress = known.get();
    final var body =
        JSON.createObjectNode()
            .put("state", progress.state().name())
            .put("reached", progress.reached())
            .put("begun", progress.maybeBegun())
            .put("settled", progress.settled());
    final var outcomes = body.putObject("outcomes");
    progress.outcomes().forEach(outcomes::put);
    return new Told(200, body);
  }

  private Told cancel(final long send) throws InterruptedException {
    final var kept = new ArrayBlockingQueue<Boolean>(1);
    routing.sends().cancel(send, () -> kept.add(true));
    return kept.poll(LONGEST.toSeconds(), TimeUnit.SECONDS) == null
        ? problem(503, "the store did not answer")
        : new Told(200, JSON.createObjectNode());
  }

  // ---- its trail ------------------------------------------------------------------------------

  private Told trail(final long send) {
    final var lines = JSON.createArrayNode();
    for (final var entry : routing.records().trail(send)) {
      switch (entry) {
        case TrailEntry.Targets(_, var at, var targets) ->
            targets.forEach(
                one -> line(lines.addObject(), one.number(), at, one.tries(), one.settled()));
        case TrailEntry.Later(_, var target, _, var at, var tries, var settled) ->
            line(lines.addObject(), FileAudiences.numberOf(target), at, tries, settled);
        case TrailEntry.Opening _, TrailEntry.NoDevice _ -> {} // sends have none
      }
    }
    return new Told(200, JSON.createObjectNode().set("lines", lines));
  }

  private static void line(
      final ObjectNode line,
      final long target,
      final Instant at,
      final List<TrailEntry.Try> tries,
      final boolean settled) {
    line.put("target", target).put("at", at.toString()).put("settled", settled);
    final var told = line.putArray("tries");
    for (final var one : tries) {
      told.addObject()
          .put("number", one.number())
          .put("at", one.at().toString())
          .put("outcome", one.outcome())
          .put("why", one.why().code());
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
