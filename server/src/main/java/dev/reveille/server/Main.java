package dev.reveille.server;

import dev.reveille.model.Product;
import dev.reveille.model.TimeScale;
import dev.reveille.routing.port.StoreException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `reveille serve`: starts the server and stays until it is asked to end.
///
/// Exit codes: 0 ended as asked, 2 used or configured wrongly, 69 something needed is not there (a
/// port, the data directory).
@Command(
    name = "serve",
    description = "Starts the server with its embedded store.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    sortOptions = false)
public final class Main implements Callable<Integer> {
  private static final int WRONG = 2;
  private static final int UNAVAILABLE = 69;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "where everything is kept (default: ./data)")
  private @Nullable Path data;

  @Option(names = "--config", paramLabel = "FILE", description = "the configuration file (YAML)")
  private @Nullable Path config;

  @Option(
      names = "--api-port",
      paramLabel = "N",
      description = "port of API and portal, 0 for a free one (default: 8443)")
  private @Nullable Integer apiPort;

  @Option(
      names = "--device-port",
      paramLabel = "N",
      description = "port for devices (default: 9443)")
  private @Nullable Integer devicePort;

  @Option(
      names = "--metrics-port",
      paramLabel = "N",
      description = "port of metrics and health (default: 9090)")
  private @Nullable Integer metricsPort;

  @Option(
      names = "--demo-page",
      description = "offer a web page on which two browser windows call each other")
  private boolean demoPage;

  @Option(
      names = "--push-host",
      paramLabel = "HOST",
      description = {
        "a host, or host:port, that credentials of apps may name beside the push services' own;",
        "for a simulator here: 127.0.0.1. Can be given several times"
      })
  private List<String> pushHosts = List.of();

  @Option(
      names = "--pool",
      paramLabel = "FQDN",
      description = {
        "the pool that this server is, in the topology of the organisation default;",
        "kept from the first start on (default: the name of this host)"
      })
  private @Nullable String pool;

  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {Product.NAME + " " + Product.VERSION};
    }
  }

  private final Parts parts;

  private Main(final Parts parts) {
    this.parts = parts;
  }

  public static void main(final String... arguments) {
    final int exit = serve(Parts.PRODUCT, arguments);
    if (exit != 0) {
      System.exit(exit);
    }
  }

  /// Sets the process up as a server's, and serves with these parts until the process is asked to
  /// end. The entrance for programs that embed the server, too.
  ///
  /// @param arguments those of `reveille serve`
  /// @return the exit code that the process should have
  public static int serve(final Parts parts, final String... arguments) {
    Logs.setUp();
    NameCacheTimes.setUp();
    Budgets.limitDirectMemory();
    FatalErrors.watch();
    return new CommandLine(new Main(parts))
        .setCommandName(Product.COMMAND + " serve")
        .execute(arguments);
  }

  @Override
  public Integer call() throws Exception {
    try {
      final var said =
          Configuration.load(config)
              .with(data, apiPort, devicePort, metricsPort)
              .withPushHosts(pushHosts)
              .withPool(pool);
      final var configuration = demoPage ? said.withDemoPage() : said;
      scale(configuration.trial());
      final var ended = new CountDownLatch(1);
      final var server = Server.start(configuration, parts, BootClock.clock());
      Runtime.getRuntime()
          .addShutdownHook(
              Thread.ofPlatform()
                  .name("shutdown")
                  .unstarted(() -> {
                    server.close();
                    ended.countDown();
                  }));
      System.out.println(server.readyLine());
      System.out.flush();
      ended.await();
      return 0;
    } catch (final Configuration.Wrong wrong) {
      return failed(WRONG, wrong.getMessage());
    } catch (final StoreException store) {
      return failed(UNAVAILABLE, store.getMessage());
    } catch (final Server.PortTaken taken) {
      return failed(UNAVAILABLE, taken.getMessage());
    }
  }

  /// Before any class divides its constants.
  private static void scale(final Configuration.Trial trial) {
    try {
      TimeScale.set(trial.timeScale());
    } catch (final IllegalStateException late) {
      throw new Configuration.Wrong(
          "trial.time-scale: " + late.getMessage() + " in this process; serve in one of its own");
    }
  }

  private static int failed(final int code, final @Nullable String sentence) {
    System.err.println(Product.COMMAND + ": " + sentence);
    return code;
  }
}
