package dev.reveille.demo;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.reveille.http.Faults;
import dev.reveille.http.server.Answer;
import dev.reveille.http.server.BodyRule;
import dev.reveille.http.server.Exchange;
import dev.reveille.http.server.HttpHandler;
import dev.reveille.http.server.Problems;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Serves the demo page below [#PATH] of the device listener. Passes its requests to [DemoBackend]
/// on virtual threads, which may block; until [#open] was called they get 503.
///
/// Danger: any browser that reaches the listener can sign in as a demo user. Offer it on loopback
/// only; this class does not check that. It refuses requests of other origins.
///
/// ```java
/// var page = new DemoPage(problems);
/// var handlers = new Handlers(phones).at(DemoPage.PATH, page);
/// var listener = HttpListener.open(settings, loops, handlers);
/// …
/// page.open(apiAddress, authority, key);   // once the API listens
/// ```
public final class DemoPage implements HttpHandler, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DemoPage.class);
  private static final Faults FAULTS = new Faults(LOG);
  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();
  public static final String PATH = "/demo";
  private static final String ROOT = PATH + "/";
  private static final BodyRule BODY = BodyRule.whole(8 * 1024);

  /// The page runs our own files and speaks to its own listener, and nothing else.
  private static final String[] STRICT = {
    "Content-Security-Policy",
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:;"
        + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options",
    "nosniff",
    "Referrer-Policy",
    "no-referrer",
    "Cross-Origin-Opener-Policy",
    "same-origin",
    "Cache-Control",
    "no-store"
  };

  private static final List<String> CLIENT =
      List.of("reveille.js", "channels.js", "wire.js", "calls.js", "receipts.js", "backoff.js");

  private final Problems problems;
  private final Map<String, Answer> files = new HashMap<>();
  private final ExecutorService workers =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("demo-", 0).factory());
  private volatile @Nullable DemoBackend backend;

  /// @param problems how the listener words its own refusals
  public DemoPage(final Problems problems) {
    this.problems = problems;
    put("", "page.html", "text/html; charset=utf-8");
    put("page.css", "page.css", "text/css; charset=utf-8");
    put("page.js", "page.js", "text/javascript; charset=utf-8");
    put("words.js", "words.js", "text/javascript; charset=utf-8");
    for (final var file : CLIENT) {
      put("client/" + file, "client/" + file, "text/javascript; charset=utf-8");
    }
  }

  private void put(final String path, final String resource, final String type) {
    try (var in = DemoPage.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("the build left out " + resource);
      }
      files.put(ROOT + path, Answer.of(200, type, in.readAllBytes(), STRICT));
    } catch (final IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  /// Gives the page's backend its way to the API.
  ///
  /// @param api where the API listens
  /// @param authority whose certificate it has
  /// @param key of the API, with the rights to send and to manage
  public void open(final URI api, final Path authority, final String key) {
    LOG.warn(
        "The demo page is offered: a browser that reaches the device listener can sign in as a demo"
            + " user.");
    backend = DemoBackend.open(api, authority, key);
  }

  @Override
  public BodyRule bodyRule(final String method, final String path) {
    return BODY;
  }

  @Override
  public Problems problems() {
    return problems;
  }

  @Override
  public void handle(final Exchange exchange) {
    final var path = exchange.path();
    final var file = files.get(path);
    if (path.equals(PATH)) {
      exchange.answer(Answer.empty(308, "Location", ROOT));
    } else if (file != null) {
      exchange.answer(
          exchange.method().equals("GET") || exchange.method().equals("HEAD")
              ? file
              : Answer.empty(405, "Allow", "GET"));
    } else {
      final var what = path.length() < ROOT.length() ? "" : path.substring(ROOT.length());
      workers.execute(() -> exchange.answer(answered(exchange, what)));
    }
  }

  private Answer answered(final Exchange exchange, final String what) {
    final var open = backend;
    try {
      if (open == null) {
        throw new DemoBackend.Refused(503, "The server is about to start.");
      }
      if (!isOwn(exchange)) {
        throw new DemoBackend.Refused(403, "Only the page itself may ask this.");
      }
      final var session =
          exchange
              .header("authorization")
              .filter(value -> value.startsWith("Bearer "))
              .map(value -> value.substring("Bearer ".length()));
      final var answer =
          switch (exchange.method() + " " + what) {
            case "POST sign-in" -> open.signIn(body(exchange));
            case "POST call" -> open.call(open.session(session), body(exchange));
            case "POST cancel" -> open.cancel(open.session(session), body(exchange));
            case "POST hang-up" -> open.hangUp(open.session(session), body(exchange));
            case "POST message" -> open.message(open.session(session), body(exchange));
            case "GET now" ->
                open.now(open.session(session), exchange.query("call"), exchange.query("event"));
            case "GET trail" ->
                open.trail(open.session(session), exchange.query("event").orElse(""));
            default -> throw new DemoBackend.Refused(404, "There is no such thing here.");
          };
      return json(200, answer);
    } catch (final DemoBackend.Refused refused) {
      return json(refused.status(), Map.of("title", String.valueOf(refused.getMessage())));
    } catch (final IOException | RuntimeException fault) {
      FAULTS.failed(fault, "demo page: {} failed", exchange);
      return json(500, Map.of("title", "The demo's backend made a mistake; the log says which."));
    }
  }

  /// A page of another origin cannot send this without asking first, and is not let.
  private static boolean isOwn(final Exchange exchange) {
    final boolean sameSite =
        exchange.header("sec-fetch-site").map("same-origin"::equals).orElse(true);
    final boolean sameOrigin =
        exchange
            .header("origin")
            .map(origin ->
                origin.equals((exchange.isSecure() ? "https://" : "http://") + exchange.host()))
            .orElse(true);
    final boolean isJson =
        !exchange.method().equals("POST")
            || exchange
                .header("content-type")
                .filter(type -> type.startsWith("application/json"))
                .isPresent();
    return sameSite && sameOrigin && isJson;
  }

  private static Map<String, Object> body(final Exchange exchange) {
    try {
      final var tree = JSON.readTree(exchange.body());
      final var fields = new HashMap<String, Object>();
      tree.properties().forEach(field -> fields.put(field.getKey(), field.getValue().asText()));
      return fields;
    } catch (final IOException wrong) {
      throw new DemoBackend.Refused(400, "This is not JSON.");
    }
  }

  private static Answer json(final int status, final Object answer) {
    try {
      final var text = JSON.writeValueAsString(answer);
      return Answer.of(status, "application/json", text.getBytes(StandardCharsets.UTF_8), STRICT);
    } catch (final IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  @Override
  public void close() {
    final var open = backend;
    backend = null;
    workers.shutdown();
    if (open != null) {
      open.close();
    }
  }
}
