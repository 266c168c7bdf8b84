package dev.reveille.storage.measure;

import dev.reveille.model.AppId;
import dev.reveille.model.Bytes;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.PushAddress;
import dev.reveille.model.PushChannel;
import dev.reveille.model.PushService;
import dev.reveille.model.PushToken;
import dev.reveille.model.Tag;
import dev.reveille.model.TagExpression;
import dev.reveille.model.TargetKey;
import dev.reveille.routing.port.HubRegistrations;
import dev.reveille.routing.port.HubRegistrations.Condition;
import dev.reveille.routing.port.HubRegistrations.Entry;
import dev.reveille.routing.port.HubRegistrations.Filter;
import dev.reveille.routing.port.HubRegistrations.Kind;
import dev.reveille.routing.port.HubRegistrations.Selection;
import dev.reveille.routing.port.HubRegistrations.Target;
import dev.reveille.storage.sqlite.SqliteStore;
import dev.reveille.storage.sqlite.StoreSettings;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/// Registers very many devices with one hub, and tells how long that takes, how large the files
/// are, and how long the pages of sends take: half of the devices are Apple's, half Google's, a
/// tenth are installations with a template beside their native target. `tenth` is a tag of each
/// tenth device, and so on; `user-…` of one alone; `even` and `odd` of no device together.
///
/// Arguments: directory, how many devices; with none of them registered when they are there.
public final class HubMeasurement {
  private static final String HUB = "acme/main/phones";
  private static final OrganisationId ACME = new OrganisationId("acme");
  private static final AppId APP = new AppId("acme/main/phones");
  private static final Instant NOW = Instant.parse("2026-11-21T10:15:30Z");
  private static final int AT_ONCE = 1_000;
  private static final long PAGE_BYTES = 512 * 1024;
  private static final int PAGE = 500;

  private HubMeasurement() {}

  static void main(final String... args) throws IOException {
    final Path folder = Path.of(args[0]);
    final int devices = Integer.parseInt(args[1]);
    try (SqliteStore store =
        SqliteStore.open(folder, StoreSettings.defaults(), InstantSource.system())) {
      final HubRegistrations hubs = store.hubs();
      if (hubs.count(HUB) == 0) {
        fill(hubs, folder, devices);
      }
      long began = System.nanoTime();
      System.out.printf("count: %d in %.1f ms%n", hubs.count(HUB), millis(began));
      for (final String asked :
          List.of(
              "",
              "tenth",
              "tenth && fifth",
              "fifth && tenth",
              "tenth && seventh",
              "even && odd",
              "tenth || seventh",
              "tenth || user-77 || user-78",
              "all && user-77",
              "!tenth",
              "!all",
              "tenth && !seventh",
              "(tenth || seventh) && !even",
              "!(tenth || seventh || even)")) {
        pages(hubs, new Selection(Optional.of(PushService.APNS), false, expression(asked)), asked);
      }
      pages(hubs, new Selection(Optional.empty(), true, Optional.empty()), "templates");
      pages(hubs, new Selection(Optional.empty(), true, expression("tenth")), "templates: tenth");
      pages(
          hubs, new Selection(Optional.empty(), false, expression("tenth")), "all services: tenth");
      lists(hubs, new Filter.All(), "all");
      lists(hubs, new Filter.Tagged(new Tag("tenth")), "tenth");
      lists(hubs, new Filter.Tagged(new Tag("user-77")), "user-77");
      lists(
          hubs, new Filter.WithHandle(Optional.empty(), address(77).token().value()), "by handle");
      singles(hubs, devices);
      remove(hubs);
    }
  }

  // ---- devices --------------------------------------------------------------------------------

  private static void fill(final HubRegistrations hubs, final Path folder, final int devices)
      throws IOException {
    final long began = System.nanoTime();
    final List<Long> times = new ArrayList<>();
    final double cpu = cpuMillis();
    long largestLog = 0;
    for (int at = 0; at < devices; at += AT_ONCE) {
      final List<Entry> some = new ArrayList<>(AT_ONCE);
      for (int i = at; i < Math.min(devices, at + AT_ONCE); i++) {
        some.add(device(i));
      }
      final long before = System.nanoTime();
      hubs.putAll(HUB, some);
      times.add(System.nanoTime() - before);
      largestLog = Math.max(largestLog, Files.size(folder.resolve("reveille.db-wal")));
      if (at % 100_000 == 0) {
        System.out.printf("  %d after %.1f s%n", at, millis(began) / 1e3);
      }
    }
    System.out.printf(
        "putAll of %d in steps of %d: %.1f s, cpu %.1f s; a step: %s; reveille.db %.0f MB, its log"
            + " up to %.0f MB%n",
        devices,
        AT_ONCE,
        millis(began) / 1e3,
        (cpuMillis() - cpu) / 1e3,
        spread(times),
        Files.size(folder.resolve("reveille.db")) / 1e6,
        largestLog / 1e6);
  }

  private static String id(final int i) {
    return UUID.nameUUIDFromBytes(("device " + i).getBytes(StandardCharsets.UTF_8)).toString();
  }

  private static PushAddress.Direct address(final int i) {
    final boolean isApple = i / 2 % 2 == 0;
    final String hex = (id(i) + id(i + 1_000_000_000)).replace("-", "");
    return new PushAddress.Direct(
        isApple ? PushService.APNS : PushService.FCM,
        PushChannel.MESSAGE,
        APP,
        false,
        new PushToken(
            isApple ? hex : hex.substring(0, 22) + ":APA91b" + hex + hex + hex.substring(30)),
        NOW);
  }

  private static Entry device(final int i) {
    final Set<Tag> tags = new HashSet<>();
    tags.add(new Tag("all"));
    tags.add(new Tag("user-" + i));
    tags.add(new Tag(i / 4 % 2 == 0 ? "even" : "odd"));
    if (i % 10 == 0) {
      tags.add(new Tag("tenth"));
    }
    if (i % 7 == 0) {
      tags.add(new Tag("seventh"));
    }
    if (i % 5 == 0) {
      tags.add(new Tag("fifth"));
    }
    final List<Target> targets = new ArrayList<>();
    targets.add(target(i, "", tags, Optional.empty()));
    if (i % 10 == 3 || i % 100 == 0) {
      targets.add(
          target(i, "news", tags, Optional.of(Bytes.of("{\"aps\":{\"alert\":\"$(title)\"}}"))));
    }
    return new Entry(
        id(i),
        i % 10 == 3 ? Kind.INSTALLATION : Kind.REGISTRATION,
        Bytes.of("{\"platform\":\"apns\",\"pushChannel\":\"" + address(i).token().value() + "\"}"),
        Optional.empty(),
        targets);
  }

  private static Target target(
      final int i, final String name, final Set<Tag> tags, final Optional<Bytes> template) {
    final PushAddress.Direct address = address(i);
    return new Target(
        name,
        TargetKey.ofRegistration(ACME, HUB, address.service(), id(i) + "/" + name),
        address,
        tags,
        template,
        Optional.empty());
  }

  // ---- questions ------------------------------------------------------------------------------

  private static Optional<TagExpression> expression(final String text) {
    return text.isEmpty() ? Optional.empty() : Optional.of(TagExpression.parse(text));
  }

  private static void pages(final HubRegistrations hubs, final Selection which, final String name) {
    for (int round = 0; round < 2; round++) {
      final double cpu = cpuMillis();
      final List<Long> times = new ArrayList<>();
      final long upTo = hubs.lastNumber();
      long found = 0;
      long after = 0;
      boolean last = false;
      while (!last) {
        final long before = System.nanoTime();
        final var page = hubs.targets(HUB, which, after, upTo, PAGE);
        times.add(System.nanoTime() - before);
        found += page.targets().size();
        after = page.reached();
        last = page.last();
      }
      if (round == 1) {
        System.out.printf(
            "%-28s %7d targets in %5d pages of %d: cpu %.2f ms a page; %s%n",
            name.isEmpty() ? "(broadcast)" : name,
            found,
            times.size(),
            PAGE,
            (cpuMillis() - cpu) / times.size(),
            spread(times));
      }
    }
  }

  private static void lists(final HubRegistrations hubs, final Filter filter, final String name) {
    final List<Long> times = new ArrayList<>();
    final double cpu = cpuMillis();
    long found = 0;
    long after = 0;
    while (times.size() < 200) {
      final long before = System.nanoTime();
      final var page = hubs.list(HUB, filter, after, 100, PAGE_BYTES);
      times.add(System.nanoTime() - before);
      found += page.entries().size();
      if (page.last()) {
        break;
      }
      after = page.reached();
    }
    System.out.printf(
        "list %-23s %7d entries in %5d pages of 100: cpu %.2f ms a page; %s%n",
        name, found, times.size(), (cpuMillis() - cpu) / times.size(), spread(times));
  }

  private static void singles(final HubRegistrations hubs, final int devices) {
    final List<Long> finds = new ArrayList<>();
    final List<Long> targets = new ArrayList<>();
    final List<Long> puts = new ArrayList<>();
    for (int n = 0; n < 500; n++) {
      final int i = (int) (n * 7_919L % devices);
      long before = System.nanoTime();
      final boolean isThere = hubs.find(HUB, id(i)).isPresent();
      finds.add(System.nanoTime() - before);
      final TargetKey key = device(i).targets().getFirst().key();
      before = System.nanoTime();
      final boolean isFound = hubs.find(HUB, key).isPresent();
      targets.add(System.nanoTime() - before);
      if (!isThere || !isFound) {
        throw new IllegalStateException("device " + i + " is not there");
      }
      before = System.nanoTime();
      hubs.put(HUB, device(i), new Condition.Exists());
      puts.add(System.nanoTime() - before);
    }
    System.out.printf("an entry by its id:     %s%n", spread(finds));
    System.out.printf("a target by its key:    %s%n", spread(targets));
    System.out.printf("an entry written again: %s%n", spread(puts));
  }

  private static void remove(final HubRegistrations hubs) {
    final long began = System.nanoTime();
    hubs.removeHub(HUB);
    System.out.printf("the hub removed, its rows to be swept: %.1f ms%n", millis(began));
  }

  private static double cpuMillis() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() / 1e6;
  }

  private static double millis(final long since) {
    return (System.nanoTime() - since) / 1e6;
  }

  private static String spread(final List<Long> times) {
    final long[] sorted = times.stream().mapToLong(Long::longValue).toArray();
    Arrays.sort(sorted);
    return String.format(
        "p50 %.2f ms, p99 %.2f ms, max %.2f ms",
        sorted[sorted.length / 2] / 1e6,
        sorted[sorted.length * 99 / 100] / 1e6,
        sorted[sorted.length - 1] / 1e6);
  }
}
