package dev.reveille.bench.server;

import dev.reveille.model.App;
import dev.reveille.model.AppId;
import dev.reveille.model.Installation;
import dev.reveille.model.InstallationId;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.Platform;
import dev.reveille.model.Preferences;
import dev.reveille.model.PushAddress;
import dev.reveille.model.PushChannel;
import dev.reveille.model.PushService;
import dev.reveille.model.PushToken;
import dev.reveille.model.User;
import dev.reveille.model.UserId;
import dev.reveille.routing.port.Registry;
import dev.reveille.storage.sqlite.SqliteStore;
import dev.reveille.storage.sqlite.StoreSettings;
import java.io.IOException;
import java.io.PrintStream;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/// `reveille bench-server register DATA LIST APP USERS SPARE`: writes users and their sleeping
/// iPhones into a data directory, through the server's own registry. Every second of the users has
/// two phones, the spare ones have one. Says on standard output how far it is, and `done`.
final class Registration {
  private static final String US = "bench";
  private static final OrganisationId ORGANISATION = new OrganisationId("default");
  private static final int TOKEN_BYTES = 32;
  private static final int TOLD_EACH = 500;

  private final Registry registry;
  private final AppId app;
  private final Writer list;
  private final Random random = new Random(1);
  private final Instant now = Instant.now();

  private Registration(final Registry registry, final AppId app, final Writer list) {
    this.registry = registry;
    this.app = app;
    this.list = list;
  }

  static void run(final List<String> arguments, final PrintStream out) throws IOException {
    if (arguments.size() != 5) {
      throw new IllegalArgumentException("register wants DATA LIST APP USERS SPARE");
    }
    final int users = Integer.parseInt(arguments.get(3));
    final int all = users + Integer.parseInt(arguments.get(4));
    final var data = Files.createDirectories(Path.of(arguments.get(0)));
    try (var list = Files.newBufferedWriter(Path.of(arguments.get(1)));
        var store = SqliteStore.open(data, StoreSettings.defaults(), InstantSource.system())) {
      final var app = new AppId(arguments.get(2));
      store.registry().keepOrganisation(ORGANISATION, US);
      store.registry().keepApp(new App(app, ORGANISATION, "Bench", app.value(), ""), US);
      final var registration = new Registration(store.registry(), app, list);
      for (int number = 0; number < all; number++) {
        registration.user(number, number < users && number % 2 == 1 ? 2 : 1);
        if (number % TOLD_EACH == 0) {
          out.println(number);
          out.flush();
        }
      }
    }
    out.println("done");
    out.flush();
  }

  private void user(final int number, final int phones) throws IOException {
    final var user = new UserId(ORGANISATION, String.format(Locale.ROOT, "u%06d", number));
    registry.keepUser(new User(user, "", List.of(), Preferences.DEFAULT), US);
    for (int phone = 0; phone < phones; phone++) {
      final var message = token();
      final var voip = token();
      registry.keepInstallation(
          new Installation(
              new InstallationId("bench-" + number + "-" + phone),
              ORGANISATION,
              app,
              Platform.IOS,
              18,
              "",
              List.of(user),
              List.of(address(PushChannel.MESSAGE, message), address(PushChannel.VOIP, voip)),
              Map.of(),
              now,
              now),
          US);
      list.write(user.name() + " " + message + " " + voip + "\n");
    }
  }

  private PushAddress address(final PushChannel channel, final String token) {
    return new PushAddress.Direct(PushService.APNS, channel, app, false, new PushToken(token), now);
  }

  private String token() {
    final var bytes = new byte[TOKEN_BYTES];
    random.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }
}
