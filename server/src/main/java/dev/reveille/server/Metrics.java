package dev.reveille.server;

import dev.reveille.http.server.BodyRule;
import dev.reveille.http.server.ByteBudget;
import dev.reveille.http.server.ConnectionPlaces;
import dev.reveille.http.server.Exchange;
import dev.reveille.http.server.HttpHandler;
import dev.reveille.http.server.HttpListener;
import dev.reveille.http.server.Problems;
import dev.reveille.http.server.RefusedFor;
import dev.reveille.live.LiveChannels;
import dev.reveille.model.Product;
import dev.reveille.protocols.answers.Answers;
import dev.reveille.protocols.clearinghouse.PushQuota;
import dev.reveille.protocols.rest.RestApi;
import dev.reveille.push.webpush.PushReceipts;
import dev.reveille.routing.LimitUsage;
import dev.reveille.routing.Routing;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The HTTP handler of the operator's listener: `/metrics` for Prometheus, `/health` (the process
/// lives; below it one line for each thing that an operator should look at), `/ready` (events are
/// taken in). Plain HTTP without authentication, on loopback unless configured otherwise.
final class Metrics implements HttpHandler, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Metrics.class);
  private static final String PREFIX = Product.COMMAND + "_";
  private static final int MOST_IGNORED = 1024;
  private static final String TEXT = "text/plain; charset=utf-8";
  private static final String EXPOSITION = "text/plain; version=0.0.4; charset=utf-8";

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics collector = new JvmGcMetrics();
  private final Supplier<String> notReady;
  private String trial = "";
  private final List<Supplier<List<String>>> warnings = new CopyOnWriteArrayList<>();
  private final List<Runnable> beforeReading = new CopyOnWriteArrayList<>();

  /// The registry itself holds what it asks by weak references only.
  private final List<LimitUsage> held = new ArrayList<>();

  /// @param notReady why no event would be taken in now, "" when one would
  Metrics(final Routing routing, final Supplier<String> notReady) {
    this.notReady = notReady;
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    collector.bindTo(registry);
    for (final var name : routing.counters().read().keySet()) {
      FunctionCounter.builder(
              PREFIX + name, routing, it -> it.counters().read().getOrDefault(name, 0L))
          .description("counted since the server started")
          .register(registry);
    }
    routing.held().forEach(this::show);
    Gauge.builder(PREFIX + "in_flight", routing, Routing::inFlight)
        .description("deliveries under way in memory")
        .register(registry);
    Gauge.builder(PREFIX + "waiting", routing, Routing::waiting)
        .description("deliveries that are deferred to disk")
        .register(registry);
    Gauge.builder(PREFIX + "journal_sequence", routing, Routing::lastSequence)
        .description("the last committed sequence")
        .register(registry);
    Gauge.builder(PREFIX + "disk_room_bytes", routing, Routing::roomLeft)
        .description("bytes until the disk floor")
        .register(registry);
  }

  /// That this server is a trial. Called before the listener opens.
  void showTimeScale(final int scale) {
    trial = "time-scale " + scale + ": a trial, all waits are divided by it\n";
    Gauge.builder(PREFIX + "time_scale", () -> scale)
        .description("what divides all waits, because trial.time-scale is set")
        .register(registry);
  }

  void show(final String name, final HttpListener listener) {
    Gauge.builder(PREFIX + "connections", listener, HttpListener::connections)
        .tag("listener", name)
        .register(registry);
    FunctionCounter.builder(PREFIX + "connections_accepted", listener, HttpListener::accepted)
        .tag("listener", name)
        .register(registry);
    for (final var reason : RefusedFor.values()) {
      FunctionCounter.builder(PREFIX + "connections_refused", listener, one -> one.refused(reason))
          .description("connections that were closed at once because of a limit")
          .tag("listener", name)
          .tag("reason", reason.word())
          .register(registry);
    }
    Gauge.builder(PREFIX + "handshakes_unfinished", listener, HttpListener::handshakes)
        .description("connections whose TLS handshake has not ended")
        .tag("listener", name)
        .register(registry);
  }

  void show(final FatalErrors errors) {
    FunctionCounter.builder(PREFIX + "errors_survived", errors, FatalErrors::survived)
        .description("errors of one request or connection that the process survived; the log says")
        .register(registry);
  }

  void show(final ConnectionPlaces places) {
    Gauge.builder(PREFIX + "connection_places", places, ConnectionPlaces::most)
        .description("connections and files of large bodies that there may be, over all listeners")
        .register(registry);
    Gauge.builder(PREFIX + "connection_places_taken", places, ConnectionPlaces::open)
        .description("how many of them there are")
        .register(registry);
  }

  /// @param budget what all listeners hold for their peers together
  void show(final ByteBudget budget) {
    show(new LimitUsage(budget.what(), budget::held, budget::refused));
  }

  /// Requests that wait for the store.
  void show(final RestApi api) {
    show(new LimitUsage("requests", () -> api.waiting() * Budgets.REQUEST, api::refused));
  }

  private void show(final LimitUsage one) {
    held.add(one);
    Gauge.builder(PREFIX + "budget_bytes", one, it -> it.bytes().getAsLong())
        .description("bytes held for peers now, by what they are")
        .tag("what", one.limit())
        .register(registry);
    FunctionCounter.builder(PREFIX + "budget_refused", one, it -> it.refused().getAsLong())
        .description("how often there was no room for more")
        .tag("what", one.limit())
        .register(registry);
  }

  void show(final PushServices services) {
    for (final var sender : services.counted()) {
      sender
          .counts()
          .forEach((word, count) ->
              FunctionCounter.builder(PREFIX + "push_outcomes", count, LongAdder::doubleValue)
                  .description("what became of tries to push, by service")
                  .tag("service", sender.id().value())
                  .tag("outcome", word)
                  .register(registry));
      sender
          .unreachable()
          .forEach((word, count) ->
              FunctionCounter.builder(PREFIX + "push_unreachable", count, LongAdder::doubleValue)
                  .description("tries that found the push service out of reach, by cause")
                  .tag("service", sender.id().value())
                  .tag("cause", word)
                  .register(registry));
    }
    services
        .receipts()
        .counts()
        .forEach((word, count) ->
            FunctionCounter.builder(PREFIX + "push_receipts", count, LongAdder::doubleValue)
                .description("receipts of browsers, and pushes that went without one")
                .tag("outcome", word)
                .register(registry));
    Gauge.builder(PREFIX + "push_receipts_waiting", services.receipts(), PushReceipts::waiting)
        .description("pushes whose receipt is to come")
        .register(registry);
  }

  void show(final PushHealth health) {
    warn(health::warnings);
    beforeReading.add(new CredentialGauges(registry, health)::renew);
  }

  void show(final TestSchedules schedules, final InstantSource clock) {
    beforeReading.add(new TestGauges(registry, schedules, clock)::renew);
  }

  /// Adds lines to `/health` that are asked each time.
  void warn(final Supplier<List<String>> lines) {
    warnings.add(lines);
  }

  void show(final LiveChannels live) {
    Gauge.builder(PREFIX + "channels", live, LiveChannels::size)
        .description("phones that are connected now, by whatever kind of live channel")
        .register(registry);
    Gauge.builder(PREFIX + "polls_waiting", live, LiveChannels::waitingPolls)
        .description("long polls that wait now; a phone between two polls has none")
        .register(registry);
    Gauge.builder(PREFIX + "pings_held", live, LiveChannels::pings)
        .description("Pings that are held now, which are told of changes only")
        .register(registry);
  }

  void show(final CertificateReloader certificates) {
    Gauge.builder(PREFIX + "certificates_refused", certificates, CertificateReloader::refused)
        .description("certificates that were replaced by files that cannot be used")
        .register(registry);
  }

  /// @param quota of partners that push through this clearing house
  void show(final PushQuota quota) {
    FunctionCounter.builder(PREFIX + "partner_requests_refused", quota, PushQuota::refusedPushes)
        .description("requests of partners that were refused because a quota was used up")
        .tag("quota", "pushes")
        .register(registry);
    FunctionCounter.builder(PREFIX + "partner_requests_refused", quota, PushQuota::refusedUnread)
        .description("requests of partners that were refused because a quota was used up")
        .tag("quota", "requests")
        .register(registry);
  }

  /// Nothing here takes a body; a small one of a wrong method is read, so that the answer says
  /// that.
  @Override
  public BodyRule bodyRule(final String method, final String path) {
    return BodyRule.whole(MOST_IGNORED);
  }

  @Override
  public Problems problems() {
    return Answers::ofListener;
  }

  @Override
  public void handle(final Exchange exchange) {
    if (!exchange.method().equals("GET") && !exchange.method().equals("HEAD")) {
      exchange.answer(405, TEXT, text("Only GET here.\n"), "Allow", "GET, HEAD");
      return;
    }
    switch (exchange.path()) {
      case "/metrics" -> Thread.ofVirtual().name("metrics").start(() -> scraped(exchange));
      case "/health" -> exchange.answer(200, TEXT, text(health()));
      case "/ready" -> {
        final var why = notReady.get();
        exchange.answer(
            why.isEmpty() ? 200 : 503, TEXT, text(why.isEmpty() ? "ready\n" : why + "\n"));
      }
      default -> exchange.answer(404, TEXT, text("There are /metrics, /health and /ready.\n"));
    }
  }

  /// On a thread of its own: one reading waits for another, and writes some hundred kilobytes.
  private void scraped(final Exchange exchange) {
    String page;
    try {
      page = metrics();
    } catch (RuntimeException failed) {
      LOG.error("the metrics cannot be read", failed);
      exchange.answer(500, TEXT, text("The metrics cannot be read; the log says why.\n"));
      return;
    }
    exchange.answer(200, EXPOSITION, text(page));
  }

  private synchronized String metrics() {
    beforeReading.forEach(Runnable::run);
    return registry.scrape();
  }

  private String health() {
    final var lines = new StringBuilder("alive\n").append(trial);
    warnings.forEach(each -> each.get().forEach(line -> lines.append(line).append('\n')));
    return lines.toString();
  }

  private static byte[] text(final String words) {
    return words.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    collector.close();
    registry.close();
  }
}
