package dev.reveille.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/// The surroundings of a bench: the packaged server and Apple's simulator as processes of their
/// own, with an app, its key, pushes switched on, and users with a sleeping phone each. To start
/// them blocks, for up to two minutes each. Must be closed, or the processes stay.
final class BenchStage implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(120);
  private static final int AT_ONCE = 16;

  final Path folder;
  final LaunchedProcess apple;
  private final JsonNode appleSays;
  final ServerProcess server;

  BenchStage(final String name, final List<String> appleArguments, final String configuration)
      throws IOException {
    this(name, appleArguments, configuration, null);
  }

  /// @param population the users who are there already, and whose build the server is of; absent
  ///   for none, and a server of this build
  BenchStage(
      final String name,
      final List<String> appleArguments,
      final String configuration,
      final @Nullable Population population)
      throws IOException {
    this.folder = Files.createTempDirectory("reveille-" + name + "-");
    if (population != null) {
      population.copyTo(folder.resolve("data"));
    }
    final var arguments =
        new ArrayList<>(List.of("simulate", "apple", "--make-key", folder.toString()));
    arguments.addAll(appleArguments);
    this.apple =
        new LaunchedProcess(
            "Apple's simulator",
            folder.resolve("apple.txt"),
            Map.of(),
            arguments.toArray(String[]::new));
    try {
      this.appleSays = SetupApi.JSON.readTree(apple.await("{", START));
      final var checkout = population == null ? Checkout.THIS : population.checkout();
      this.server =
          new ServerProcess(checkout, folder, checkout.configuration(configuration), "", List.of());
    } catch (final IOException failed) {
      apple.close(); // or it would go on by itself
      remove(folder);
      throw failed;
    }
    try (var api = server.open()) {
      AppSetup.in(
          api,
          team(),
          keyId(),
          Files.readString(Path.of(keyFile())),
          endpoint(),
          Files.readString(Path.of(appleAuthority())));
    } catch (final IOException failed) {
      close();
      throw failed;
    }
  }

  String team() {
    return key("team");
  }

  String keyId() {
    return key("key-id");
  }

  String keyFile() {
    return key("path");
  }

  private String key(final String what) {
    return appleSays.path("key").path(what).asText();
  }

  String appleAuthority() {
    return appleSays.path("ca").asText();
  }

  String endpoint() {
    return appleSays.path("apple").asText();
  }

  URI control() {
    return URI.create(appleSays.path("control").asText());
  }

  /// Users `u000000` and up, each with one iPhone. Answers the phones' push tokens.
  List<String> people(final int count, final Progress progress) throws IOException {
    try (var control = new SetupApi(control(), "", defaultTrust())) {
      return people(
          0,
          count,
          progress,
          (phones, _, code) -> {
            final var message = token(control, AppSetup.APP);
            AppSetup.phone(phones, code, message, token(control, AppSetup.APP + ".voip"));
            return message;
          });
    }
  }

  private static SSLContext defaultTrust() throws IOException {
    try {
      return SSLContext.getDefault();
    } catch (final NoSuchAlgorithmException missing) {
      throw new IOException(missing);
    }
  }

  /// Registers the device of one user.
  @FunctionalInterface
  interface Device {
    /// @param code with which it may register
    /// @return where its pushes go
    String register(SetupApi phones, int user, String code) throws IOException;
  }

  /// Users with numbers from `first`, each with one device. Answers where their pushes go.
  List<String> people(
      final int first, final int count, final Progress progress, final Device device)
      throws IOException {
    try (var api = server.open();
        var phones = new SetupApi(server.devices(), "", server.trust());
        var workers = Executors.newFixedThreadPool(AT_ONCE)) {
      final var work = new ArrayList<Callable<String>>();
      for (int i = 0; i < count; i++) {
        final int user = first + i;
        work.add(() -> {
          final var where =
              device.register(phones, user, AppSetup.code(api, ChatMessages.user(user)));
          progress.step();
          return where;
        });
      }
      final var all = new ArrayList<String>();
      for (final var done : workers.invokeAll(work)) {
        all.add(done.get());
      }
      return all;
    } catch (final InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException(interrupted);
    } catch (final ExecutionException failed) {
      throw new IOException(failed);
    }
  }

  private static String token(final SetupApi control, final String topic) throws IOException {
    return control.call("POST", "/tokens", Map.of("topic", topic)).get("token").asText();
  }

  /// How many pushes Apple's simulator has accepted.
  long accepted(final HttpClient client) throws IOException, InterruptedException {
    final var answer =
        client.send(
            HttpRequest.newBuilder(control().resolve("/counters")).build(),
            HttpResponse.BodyHandlers.ofString());
    return SetupApi.JSON.readTree(answer.body()).get("accepted").asLong();
  }

  @Override
  public void close() throws IOException {
    server.close();
    apple.close();
    remove(folder);
  }

  static void remove(final Path folder) throws IOException {
    try (var all = Files.walk(folder)) {
      for (final var path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
