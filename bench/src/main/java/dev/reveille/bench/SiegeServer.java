package dev.reveille.bench;

import dev.reveille.simulators.phone.Phone;
import dev.reveille.simulators.phone.PhoneNetwork;
import dev.reveille.simulators.phone.PhoneOptions;
import dev.reveille.simulators.phone.PhoneReport;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/// Runs a server with a bounded heap and the victim's organisation on it: an app, phones that sleep
/// and phones that are awake, each with a user of its own. Must be closed, or the process stays.
final class SiegeServer implements AutoCloseable {
  static final int SLEEPING = 60;
  static final int AWAKE = 10;
  private static final int AT_ONCE = 8;
  private static final int AWAKE_WITHIN_SECONDS = 30;
  private static final String CONFIGURATION = "limits: {registrations-per-minute: 1000000%s}\n";

  private static final Pattern HEAP =
      Pattern.compile("(?m)^jvm_memory_max_bytes\\{area=\"heap\"[^}]*\\} (\\S+)");

  /// Whom to call, and by what name its phone's arrivals are noted.
  record Callee(String user, String phone) {}

  final String name;
  final ServerProcess process;
  private final SiegePlatform platform;
  private final Path folder;
  private final PhoneNetwork network;
  private final List<Phone> awake = new ArrayList<>();
  private final List<Callee> callees = new ArrayList<>();
  private final CountDownLatch caughtUp = new CountDownLatch(AWAKE);
  private final long pid;

  /// @param checkout whose server it is
  /// @param heap as `-Xmx` takes it
  /// @param moreLimits of the configuration, each after a comma; usually none
  SiegeServer(
      final Checkout checkout,
      final String name,
      final SiegePlatform platform,
      final String heap,
      final String moreLimits)
      throws IOException, InterruptedException {
    this.name = name;
    this.platform = platform;
    this.folder = Files.createTempDirectory("reveille-siege-");
    try {
      this.process =
          new ServerProcess(
              checkout, folder, CONFIGURATION.formatted(moreLimits), "-Xmx" + heap, List.of());
    } catch (final IOException failed) {
      BenchStage.remove(folder);
      throw failed;
    }
    this.pid = process.pid();
    this.network = PhoneNetwork.trusting(Files.readString(process.authority()));
    final var apple = platform.apple();
    final var key = platform.key();
    try (var api = process.open();
        var phones = new SetupApi(process.devices(), "", process.trust())) {
      AppSetup.in(
          api, key.team(), key.keyId(), key.pem(), apple.production(), apple.authorityPem());
      populate(api, phones);
    } catch (final IOException | InterruptedException failed) {
      close(); // or the server would go on by itself
      throw failed;
    }
  }

  private void populate(final SetupApi api, final SetupApi phones)
      throws IOException, InterruptedException {
    try (var workers = Executors.newFixedThreadPool(AT_ONCE)) {
      final var work = new ArrayList<Callable<Callee>>();
      for (int i = 0; i < SLEEPING; i++) {
        final var user = ChatMessages.user(i);
        work.add(() -> {
          final var voip = platform.listening(AppSetup.APP + ".voip");
          final var message = platform.tokens(AppSetup.APP, 1).getFirst();
          final var _ = AppSetup.phone(phones, AppSetup.code(api, user), message, voip);
          return new Callee(user, voip);
        });
      }
      for (int i = 0; i < AWAKE; i++) {
        final var user = "awake-" + i;
        work.add(() -> {
          final var options = PhoneOptions.at(process.devices(), AppSetup.APP).named(user);
          final var phone = new Phone(network, options, this::shown);
          synchronized (awake) {
            awake.add(phone);
          }
          phone.register(AppSetup.code(api, user));
          phone.foreground();
          return new Callee(user, user);
        });
      }
      for (final var done : workers.invokeAll(work)) {
        callees.add(done.get());
      }
    } catch (final ExecutionException failed) {
      throw new IOException(failed);
    }
    if (!caughtUp.await(AWAKE_WITHIN_SECONDS, TimeUnit.SECONDS)) {
      throw new IOException(name + ": the phones' live channels did not open");
    }
  }

  private void shown(final PhoneReport report) {
    if (report.is("caught-up")) {
      caughtUp.countDown();
    }
    platform.shown(report);
  }

  /// Sleeping and awake phones in turn, as often as there are of each.
  Callee callee(final long number) {
    return callees.get((int) (number * 31 % callees.size()));
  }

  /// A client that keeps its connection.
  HttpClient client() throws IOException {
    return HttpClient.newBuilder()
        .sslContext(process.trust())
        .version(HttpClient.Version.HTTP_2)
        .build();
  }

  /// Removed with it.
  Path folder() {
    return folder;
  }

  SiegePlatform platform() {
    return platform;
  }

  /// The largest heap as the server itself knows it, in bytes: what bounds are computed from.
  long mostHeap() throws IOException {
    try (var api = new SetupApi(process.metrics(), "", process.trust())) {
      double sum = 0;
      final var all = HEAP.matcher(api.send("GET", "/metrics", "").body());
      while (all.find()) {
        sum += Math.max(0, Double.parseDouble(all.group(1)));
      }
      return (long) sum;
    }
  }

  /// The same process as at the start.
  boolean stands() {
    return process.isAlive() && process.pid() == pid;
  }

  /// Lines of the log since a moment of its size.
  List<String> logAfter(final int lines) throws IOException {
    final var all = Files.readAllLines(process.log());
    return all.subList(Math.min(lines, all.size()), all.size());
  }

  int logLines() throws IOException {
    return Files.readAllLines(process.log()).size();
  }

  @Override
  public void close() throws IOException {
    awake.forEach(Phone::close);
    network.close();
    process.close();
    BenchStage.remove(folder);
  }
}
