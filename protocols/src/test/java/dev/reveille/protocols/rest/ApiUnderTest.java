package dev.reveille.protocols.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.reveille.http.server.EventLoops;
import dev.reveille.http.server.HttpListener;
import dev.reveille.http.server.HttpSettings;
import dev.reveille.http.server.TestCertificate;
import dev.reveille.http.server.TlsContexts;
import dev.reveille.model.AppId;
import dev.reveille.model.Credential;
import dev.reveille.model.InstallationId;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.PushEnvironment;
import dev.reveille.model.PushToken;
import dev.reveille.model.Reason;
import dev.reveille.protocols.answers.Statuses;
import dev.reveille.protocols.notificationhubs.Hubs;
import dev.reveille.protocols.openapi.Documented;
import dev.reveille.protocols.resources.CommunicationResources;
import dev.reveille.routing.Directory;
import dev.reveille.routing.Routing;
import dev.reveille.routing.RoutingOptions;
import dev.reveille.routing.Senders;
import dev.reveille.routing.ServerClock;
import dev.reveille.routing.port.Administration;
import dev.reveille.routing.port.LiveRoutes;
import dev.reveille.routing.port.SecretStore;
import dev.reveille.routing.port.SecretStore.Right;
import dev.reveille.storage.sqlite.SqliteStore;
import dev.reveille.storage.sqlite.StoreSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;

/// The API on a free port over TLS, before the real routing and the real store; and a client that
/// speaks both versions of HTTP.
final class ApiUnderTest implements AutoCloseable {
  static final OrganisationId ACME = new OrganisationId("acme");
  static final OrganisationId OTHER = new OrganisationId("other");
  private static final Instant CERTIFICATE_ENDS = Instant.parse("2027-05-01T00:00:00Z");
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path directory;
  private final InstantSource clock;
  private final SqliteStore store;
  private final EventLoops loops;
  private final Routing routing;
  private final Hubs hubs;
  private final RestApi rest;
  private final HttpListener listener;
  private final HttpClient client;
  private final SSLContext trust;
  private final Set<InstallationId> inForeground =
      java.util.concurrent.ConcurrentHashMap.newKeySet();

  /// What came back, with the body read as JSON where there is one.
  record Reply(int status, JsonNode body, HttpResponse<String> whole) {
    String text(final String pointer) {
      return body.at(pointer).asText();
    }

    String header(final String name) {
      return whole.headers().firstValue(name).orElse("");
    }

    String code() {
      return text("/code");
    }
  }

  ApiUnderTest() {
    this(RestLimits.DEFAULT, RoutingOptions.DEFAULT);
  }

  ApiUnderTest(final RestLimits limits, final RoutingOptions options) {
    this(limits, options, secrets -> secrets);
  }

  /// @param secrets what the API sees of the store's
  ApiUnderTest(
      final RestLimits limits,
      final RoutingOptions options,
      final UnaryOperator<SecretStore> secrets) {
    this(limits, options, secrets, LargeBodies.threads(), LookupFairness.besideOneProcessor());
  }

  /// @param large reads large hand-ins
  ApiUnderTest(final Executor large) {
    this(RestLimits.DEFAULT, large, LookupFairness.besideOneProcessor());
  }

  /// @param large reads large hand-ins
  /// @param lookUps turns to look up many recipients
  ApiUnderTest(final RestLimits limits, final Executor large, final LookupFairness lookUps) {
    this(limits, RoutingOptions.DEFAULT, secrets -> secrets, large, lookUps);
  }

  /// @param older a data directory, which is the server's from now on
  /// @param clock the server's
  /// @param senders reach the platforms
  ApiUnderTest(final Path older, final InstantSource clock, final Senders senders) {
    this(
        older,
        clock,
        senders,
        RestLimits.DEFAULT,
        RoutingOptions.DEFAULT,
        secrets -> secrets,
        LargeBodies.threads(),
        LookupFairness.besideOneProcessor());
  }

  private ApiUnderTest(
      final RestLimits limits,
      final RoutingOptions options,
      final UnaryOperator<SecretStore> secrets,
      final Executor large,
      final LookupFairness lookUps) {
    this(
        temporary(),
        InstantSource.system(),
        new Senders(),
        limits,
        options,
        secrets,
        large,
        lookUps);
  }

  private static Path temporary() {
    try {
      return Files.createTempDirectory("reveille-api");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private ApiUnderTest(
      final Path directory,
      final InstantSource clock,
      final Senders senders,
      final RestLimits limits,
      final RoutingOptions options,
      final UnaryOperator<SecretStore> secrets,
      final Executor large,
      final LookupFairness lookUps) {
    this.directory = directory;
    this.clock = clock;
    store = SqliteStore.open(directory.resolve("data"), StoreSettings.defaults(), clock);
    store.registry().keepOrganisation(ACME, "test");
    store.registry().keepOrganisation(OTHER, "test");
    final var live = new Connected();
    routing =
        new Routing(
            store,
            new Directory(store.registry()),
            live,
            senders,
            options,
            ServerClock.even(clock));
    routing.resume();
    loops = EventLoops.open(1);
    final var certificate = TestCertificate.in(directory);
    final var settings =
        HttpSettings.plain("api", "127.0.0.1", 0)
            .withTls(TlsContexts.of(certificate.certificate(), certificate.key(), true))
            .withHttp2(true);
    final var kept =
        new Administration(
            store.registry(),
            secrets.apply(store.secrets()),
            store.settings(),
            store.domains(),
            store.passwords(),
            store.handles());
    hubs = Hubs.open(store, clock);
    final var resources = CommunicationResources.open(store, hubs, clock);
    rest =
        new RestApi(routing, kept, hubs, resources, live, CHECK, FINDINGS, limits, large, lookUps);
    listener = HttpListener.open(settings, loops, rest);
    trust = certificate.trusting();
    client = HttpClient.newBuilder().sslContext(trust).build();
  }

  /// Stands for the platform's own look at a key.
  private static Optional<CredentialCheck.Fault> fault(final Credential credential) {
    return switch (credential) {
      case Credential.Apns apns ->
          apns.key().contains("PRIVATE KEY") ? Optional.empty() : malformed("key: is no .p8 file");
      case Credential.Fcm fcm ->
          fcm.serviceAccount().startsWith("{")
              ? Optional.empty()
              : malformed("serviceAccount: is no JSON");
      case Credential.ApnsCertificate _,
          Credential.WebPush _,
          Credential.Wns _,
          Credential.Mpns _ ->
          Optional.empty();
    };
  }

  private static final CredentialCheck CHECK =
      new CredentialCheck() {
        @Override
        public Optional<Fault> fault(final Credential credential) {
          return ApiUnderTest.fault(credential);
        }

        @Override
        public Optional<Fault> unfit(
            final Credential.ApnsCertificate credential,
            final String bundleId,
            final PushEnvironment environment) {
          return credential.certificate().contains(bundleId)
              ? Optional.empty()
              : Optional.of(
                  new Fault(Reason.CERTIFICATE_UNFIT, "certificate: is not for " + bundleId));
        }

        @Override
        public Optional<Coverage> coverage(final Credential.ApnsCertificate credential) {
          final var bundle = credential.certificate().replace("PEM of ", "");
          return Optional.of(
              new Coverage(bundle, List.of(bundle, bundle + ".voip"), PushEnvironment.PRODUCTION));
        }

        @Override
        public PemIdentity opened(final byte[] pkcs12, final String password) {
          if (!password.equals("open")) {
            throw new IllegalArgumentException("password: does not open the file");
          }
          return new PemIdentity("PEM of " + new String(pkcs12, StandardCharsets.US_ASCII), "key");
        }

        @Override
        public Trial tried(final Credential.Fcm credential, final PushToken token) {
          return token.value().equals("good")
              ? new Trial(Optional.empty(), "projects/p/messages/fake_message_id")
              : new Trial(Optional.of(Reason.TOKEN_BAD), "400 INVALID_ARGUMENT");
        }

        @Override
        public Optional<Instant> ends(final Credential credential) {
          return switch (credential) {
            case Credential.Wns wns when !wns.expires().isEmpty() ->
                Optional.of(Instant.parse(wns.expires()));
            case Credential.ApnsCertificate _ -> Optional.of(CERTIFICATE_ENDS);
            default -> Optional.empty();
          };
        }

        @Override
        public Credential.WebPush newWebPush(final String subject, final boolean silent) {
          return new Credential.WebPush("made", "secret", subject, silent);
        }
      };

  /// Finds one thing about the server, and one about the app `phone`.
  private static final Findings FINDINGS =
      (asking, own) -> {
        final var found = new ArrayList<Findings.Finding>();
        if (asking.equals(OrganisationId.FIRST)) {
          found.add(
              new Findings.Finding(true, "proxy-unreachable", "http://p:1", "None.", "Start it."));
        }
        if (own.test(new AppId("phone"))) {
          found.add(new Findings.Finding(false, "sandbox-mixed", "phone", "Mixed.", "Say it."));
        }
        return found;
      };

  private static Optional<CredentialCheck.Fault> malformed(final String detail) {
    return Optional.of(new CredentialCheck.Fault(Reason.MALFORMED, detail));
  }

  /// Phones that the test says are in the foreground; frames to them arrive.
  private final class Connected implements LiveRoutes {
    @Override
    public LiveState of(final InstallationId installation) {
      return inForeground.contains(installation)
          ? new LiveState(
              true, dev.reveille.model.AppState.FOREGROUND, "foreground", clock.instant())
          : LiveState.NOTHING;
    }

    @Override
    public void send(final List<Frame> group, final Lost lost) {}
  }

  SqliteStore store() {
    return store;
  }

  Routing routing() {
    return routing;
  }

  Hubs hubs() {
    return hubs;
  }

  Map<String, Set<String>> parameters() {
    return rest.parameters();
  }

  RestApi rest() {
    return rest;
  }

  Map<String, Set<String>> addresses() {
    return rest.addresses();
  }

  int port() {
    return listener.port();
  }

  /// A connection on which a test says its bytes itself.
  Socket connection() {
    try {
      return trust.getSocketFactory().createSocket("127.0.0.1", listener.port());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void foreground(final InstallationId installation) {
    inForeground.add(installation);
  }

  /// A new key and a caller that uses it.
  Caller caller(final OrganisationId organisation, final Right... rights) {
    final var made =
        ApiKeys.make(
            store.secrets(),
            organisation,
            EnumSet.copyOf(List.of(rights)),
            "test",
            clock.instant(),
            "test");
    return new Caller(made.secret(), HttpClient.Version.HTTP_2);
  }

  Caller caller() {
    return caller(ACME, Right.values());
  }

  Caller caller(final String secret) {
    return new Caller(secret, HttpClient.Version.HTTP_2);
  }

  /// The keys of everything that was kept, in order. Groups of notes have sequences too.
  List<String> kept() {
    return LongStream.rangeClosed(1, store.journal().lastSequence())
        .mapToObj(sequence -> store.journal().find(sequence))
        .flatMap(Optional::stream)
        .map(stored -> stored.event().key().toString())
        .toList();
  }

  /// A caller with a key, or without one when the secret is empty.
  final class Caller {
    private final String secret;
    private final HttpClient.Version version;

    Caller(final String secret, final HttpClient.Version version) {
      this.secret = secret;
      this.version = version;
    }

    Caller over(final HttpClient.Version other) {
      return new Caller(secret, other);
    }

    Reply get(final String path, final String... headers) {
      return send("GET", path, "", headers);
    }

    Reply post(final String path, final String body, final String... headers) {
      return send("POST", path, body, headers);
    }

    Reply put(final String path, final String body, final String... headers) {
      return send("PUT", path, body, headers);
    }

    Reply patch(final String path, final String body, final String... headers) {
      return send("PATCH", path, body, headers);
    }

    Reply delete(final String path) {
      return send("DELETE", path, "");
    }

    Reply event(final String body) {
      return post("/v1/events", body);
    }

    /// What is no JSON.
    HttpResponse<String> page(final String path) {
      final var uri = URI.create("https://127.0.0.1:" + listener.port() + path);
      try {
        return client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }

    Reply send(final String method, final String path, final String body, final String... headers) {
      return send(method, path, body.getBytes(StandardCharsets.UTF_8), headers);
    }

    Reply send(final String method, final String path, final byte[] body, final String... headers) {
      final var request =
          HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + listener.port() + path))
              .version(version)
              .timeout(Duration.ofSeconds(30))
              .method(
                  method,
                  body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
      if (!secret.isEmpty()) {
        request.header("Authorization", "Bearer " + secret);
      }
      if (body.length > 0 && Stream.of(headers).noneMatch("Content-Type"::equals)) {
        request.header("Content-Type", "application/json");
      }
      if (headers.length > 0) {
        request.headers(headers);
      }
      try {
        final var reply = client.send(request.build(), BodyHandlers.ofString());
        Documented.check(
            method,
            path,
            new String(body, StandardCharsets.UTF_8),
            reply.statusCode(),
            reply.headers().firstValue("content-type").orElse(""),
            reply.body());
        return new Reply(reply.statusCode(), JSON.readTree(reply.body()), reply);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }

  @Override
  public void close() {
    client.close();
    listener.close();
    loops.close();
    routing.close();
    store.close();
    try (var files = Files.walk(directory)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Whether a reply is the problem that goes with a reason.
  static boolean is(final Reply reply, final Reason why) {
    return reply.code().equals(why.code())
        && reply.status() == Statuses.of(why)
        && reply.header("content-type").equals("application/problem+json")
        && reply.body().path("status").asInt() == reply.status()
        && reply.text("/title").equals(why.sentence())
        && reply.text("/type").equals("/v1/reasons/" + why.code());
  }
}
