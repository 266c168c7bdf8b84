package dev.reveille.protocols.arm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.reveille.http.server.EventLoops;
import dev.reveille.http.server.HttpListener;
import dev.reveille.http.server.HttpSettings;
import dev.reveille.model.App;
import dev.reveille.model.AppId;
import dev.reveille.model.Credential;
import dev.reveille.model.HubName;
import dev.reveille.model.OrganisationId;
import dev.reveille.protocols.answers.SlowRequests;
import dev.reveille.protocols.notificationhubs.Hub;
import dev.reveille.protocols.notificationhubs.Hubs;
import dev.reveille.protocols.resources.CommunicationResources;
import dev.reveille.protocols.rest.ApiCallers;
import dev.reveille.protocols.rest.ApiKeys;
import dev.reveille.protocols.rest.RestLimits;
import dev.reveille.protocols.sas.ServedEndpoint;
import dev.reveille.routing.port.SecretStore.Right;
import dev.reveille.routing.port.Stores;
import dev.reveille.storage.sqlite.SqliteStore;
import dev.reveille.storage.sqlite.StoreSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Resource Manager on a free port, before the real store, with two organisations and a hub.
final class ArmUnderTest implements AutoCloseable {
  static final OrganisationId ACME = new OrganisationId("acme");
  static final OrganisationId OTHER = new OrganisationId("other");
  static final String VERSION = "?api-version=2020-08-20-preview";
  static final String OF_HUBS = "?api-version=2017-04-01";
  static final String BUNDLE = "com.example.phone.voip";
  static final Credential APPLE_KEY =
      new Credential.Apns("TEAM123456", "KEY1234567", "key", "", "", "");

  private static final InstantSource CLOCK = InstantSource.system();
  private static final ObjectMapper JSON = new ObjectMapper();

  /// An answer.
  record Said(int status, String text, HttpResponse<String> whole) {
    JsonNode json() {
      try {
        return JSON.readTree(text);
      } catch (final IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    String code() {
      return json().path("error").path("code").asText();
    }

    String message() {
      return json().path("error").path("message").asText();
    }
  }

  private final Path directory;
  final SqliteStore store;
  final StoresWithFaults faults = new StoresWithFaults();
  final Stores stores;
  final Hubs hubs;
  final Hub hub;
  final CommunicationResources resources;
  private final ArmApi api;
  private final EventLoops loops;
  private final HttpListener listener;
  private final HttpClient client = HttpClient.newHttpClient();
  final String key;
  final String keyOfOther;

  ArmUnderTest() {
    try {
      directory = Files.createTempDirectory("reveille-arm");
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
    store = SqliteStore.open(directory.resolve("data"), StoreSettings.defaults(), CLOCK);
    store.registry().keepOrganisation(ACME, "test");
    store.registry().keepOrganisation(OTHER, "test");
    stores = faults.of(store);
    hubs = Hubs.open(stores, CLOCK);
    hub = hubs.add(ACME, new HubName("phones"), "test");
    resources =
        CommunicationResources.open(
            stores,
            hubs,
            url -> url.contains("//10.") ? Optional.of("10.0.0.5 is not public") : Optional.empty(),
            CLOCK);
    api =
        new ArmApi(
            new ApiCallers(store.secrets(), RestLimits.DEFAULT),
            resources,
            hubs,
            new SlowRequests(64, CLOCK));
    loops = EventLoops.open(1);
    listener = HttpListener.open(HttpSettings.plain("api", "127.0.0.1", 0), loops, api);
    key = key(ACME, EnumSet.allOf(Right.class));
    keyOfOther = key(OTHER, EnumSet.allOf(Right.class));
  }

  String key(final OrganisationId organisation, final Set<Right> rights) {
    return ApiKeys.make(store.secrets(), organisation, rights, "test", CLOCK.instant(), "test")
        .secret();
  }

  /// Every address with its methods.
  Map<String, Set<String>> addresses() {
    return api.addresses();
  }

  /// Gives the hub a key of Apple's.
  void openApple(final String bundleId, final Credential credential) {
    final var app = store.registry().app(hub.app()).orElseThrow();
    store.registry().keepApp(new App(app.id(), app.publisher(), app.name(), bundleId, ""), "test");
    store.secrets().keepCredential(hub.app(), credential, "test");
  }

  void openApple() {
    openApple(BUNDLE, APPLE_KEY);
  }

  void openGoogle() {
    store.secrets().keepCredential(hub.app(), new Credential.Fcm("{}", "", ""), "test");
  }

  App app(final String id) {
    final var app = new App(new AppId(id), ACME, id, "", "");
    store.registry().keepApp(app, "test");
    return app;
  }

  // ---- asking ---------------------------------------------------------------------------------

  String subscription() {
    return resources.subscriptions().of(ACME).toString();
  }

  /// The path of the first communication resource, as the text writes it.
  String resource() {
    return "/subscriptions/"
        + subscription()
        + "/resourceGroups/reveille/providers/Microsoft.Communication/CommunicationServices/"
        + "reveille";
  }

  String namespaces() {
    return "/subscriptions/"
        + subscription()
        + "/resourceGroups/reveille/providers/Microsoft.NotificationHubs/namespaces";
  }

  String hubId() {
    return namespaces() + "/reveille/notificationHubs/phones";
  }

  /// The connection string of one of the hub's policies.
  String string(final String policy) {
    return hubs.policies(hub).stream()
        .filter(each -> each.name().equals(policy))
        .map(each -> new ServedEndpoint("127.0.0.1", 8443).connection(each.name(), each.primary()))
        .findFirst()
        .orElseThrow();
  }

  Said get(final String path) {
    return ask("GET", path, "", key);
  }

  Said post(final String path, final String body) {
    return ask("POST", path, body, key);
  }

  Said put(final String path, final String body) {
    return ask("PUT", path, body, key);
  }

  Said delete(final String path) {
    return ask("DELETE", path, "", key);
  }

  /// Links the resource with the body as the text writes it, in single quotes.
  Said link(final String string, final String hubId) {
    return post(
        resource() + "/linkNotificationHub" + VERSION,
        "{'connectionString': '" + string + "','resourceId': '" + hubId + "'}");
  }

  Said link() {
    return link(string(Hubs.SEND), hubId());
  }

  /// @param with the API key; "" for none
  Said ask(final String method, final String path, final String body, final String with) {
    final var request =
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + listener.address().getPort() + path))
            .method(
                method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    if (!with.isEmpty()) {
      request.header("Authorization", "Bearer " + with);
    }
    try {
      final var answer = client.send(request.build(), BodyHandlers.ofString());
      return new Said(answer.statusCode(), answer.body(), answer);
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    } catch (final InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    client.close();
    listener.close();
    loops.close();
    store.close();
    try (var files = Files.walk(directory)) {
      for (final var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
