package dev.reveille.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.http.server.BodyRule;
import dev.reveille.http.server.ByteShares;
import dev.reveille.http.server.ConnectionPlaces;
import dev.reveille.http.server.EventLoops;
import dev.reveille.http.server.Exchange;
import dev.reveille.http.server.Handlers;
import dev.reveille.http.server.HttpBudgets;
import dev.reveille.http.server.HttpHandler;
import dev.reveille.http.server.HttpListener;
import dev.reveille.protocols.notificationhubs.Hubs;
import dev.reveille.storage.sqlite.SqliteStore;
import dev.reveille.storage.sqlite.StoreSettings;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PortsTest {
  private static final InstantSource CLOCK = InstantSource.system();
  private static final HttpBudgets BUDGETS =
      HttpBudgets.of(ByteShares.of(1 << 24, 1 << 22), ByteShares.of(1 << 24, 1 << 20));

  @TempDir private Path folder;

  private static final class Spooling implements HttpHandler {
    @Override
    public void handle(final Exchange exchange) {
      exchange.answer(200, "", new byte[0]);
    }

    @Override
    public BodyRule bodyRule(final String method, final String path) {
      return BodyRule.spooled(1_000_000);
    }
  }

  private static int sendsLargeBody(final HttpListener to) throws Exception {
    try (var client = HttpClient.newHttpClient()) {
      final var request =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + to.port() + "/"))
              .PUT(HttpRequest.BodyPublishers.ofByteArray(new byte[BodyRule.SPOOLED_ABOVE + 1]))
              .build();
      return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    }
  }

  @Test
  void large_bodies_go_to_the_folder_that_was_named() throws Exception {
    final var spool = folder.resolve("data").resolve("spool");
    final var handlers = new Handlers(new Spooling());
    final var tls = LocalAuthority.in(folder.resolve("tls"));
    final var where = Configuration.load(null).with(folder, 0, 0, 0).listeners().metrics();
    try (var loops = EventLoops.open(2);
        var store = SqliteStore.open(folder.resolve("store"), StoreSettings.defaults(), CLOCK);
        var watch = new CertificateReloader()) {
      final var local = new HostCertificates(tls, Hubs.open(store, CLOCK).namespaces());
      final var ports =
          new Ports(loops, local, watch, spool, new ConnectionPlaces(100, 0, 0), BUDGETS, 100);
      try (var named = ports.plain("named", where, handlers);
          var additional = ports.additional(new Parts.DeviceListener("more", false, 0), handlers)) {
        assertEquals(200, sendsLargeBody(named));
        assertEquals(200, sendsLargeBody(additional));
        Files.delete(spool); // it is empty: the files have lost their names
        assertEquals(503, sendsLargeBody(named));
        assertEquals(503, sendsLargeBody(additional));
      }
    }
  }

  @Test
  void a_server_keeps_large_bodies_in_its_data_directory() {
    final var data = folder.resolve("data");
    final var configuration = Configuration.load(null).with(data, 0, 0, 0);
    try (var _ = Server.start(configuration, Parts.PRODUCT, BootClock.clock())) {
      assertTrue(Files.isDirectory(data.resolve("spool")));
    }
  }
}
