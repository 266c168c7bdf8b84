package dev.reveille.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Writes `docs/operations/limits.md` from [Budgets], so that the page and the server have the same
/// numbers:
///
/// ```
/// java -cp server/target/classes:server/target/test-classes:model/target/classes dev.reveille.server.LimitsPage docs/operations/limits.md
/// ```
public final class LimitsPage {
  private static final long MIB = 1 << 20;
  private static final long FILES = 20_000;
  private static final long[] HEAPS = {300 * MIB, 1024 * MIB, 6 * 1024 * MIB};

  private static final String PACES =
      """
      ## Paces

      | what | bound | beyond it |
      |---|---|---|
      | an answer that a peer leaves unread | it must move by 32 KiB a minute, shared by the streams of a connection | the connection or the stream ends |
      | pushes under way at a push service | 256 at first, then as many as its answers' times allow, at least 64 and at most all streams; one stream of 16 stays free for urgent pushes | pushes that are not urgent wait |
      | connections to hosts that devices name (browsers, Windows) | 80 of each service, 16 to one origin, closed after 30 s without a push; pools for 500 origins | the pushes wait |
      | connections to linked hubs elsewhere | 32 for all of them, 4 to one; pools for 100 hubs | the pushes wait |
      | connections to containers of export and import jobs | 16 for all of them, 8 to one origin; pools for 64 origins | the jobs try again |
      | export and import jobs of hubs | 4 run at once, 2 of an organisation, 1 of a hub, each with about 2 MiB of heap; 4 of a hub are under way | the others wait; 429 |
      | receipts of browsers | 10,000 messages wait, each for its time to live and a minute; one connection to an origin while something waits, and a minute longer, 16 in all, of the 80 above; 100 answers promised and not given, 256 of unknown messages remembered for 10 s | the origin's oldest message is forgotten and stays taken without a receipt; a service that goes on loses the connection |
      | events and sends taken up by a start after two that did not stand for 30 s | 100 at a time, then 10, then 1 | one that ended three starts is settled as given up |
      | targets of sends in memory | 8,000 of all sends, 2,000 of one; 2,000 more for urgent sends | the sends of a lane take turns |
      | sends that go on when their moment comes | 256, but for urgent ones | the others wait a second and try again |
      | pushes of a partner in federation for one app | 60,000 a minute, 10,000 at once, of these a fifth for calls only, unless the setting `push-quota` says otherwise; 10,000 partners and apps are counted | 480 with Retry-After, and nothing is stored |
      | pushes of a partner in federation that are not taken (refused, repeats) | 500 a second, 5,000 at once, of these a fifth for calls only | 480 with Retry-After, before the disk is read |
      | questions of a partner in federation | 500 a second, 5,000 at once | the same |
      | passwords that are hashed | 2 at once, each with 19 MiB of heap; 64 wait | 503 with Retry-After |
      | content of sends for more than 24 hours ahead, on disk | 64 KiB each, 1 GiB of all | 413, and 429 until one begins or is cancelled |
      """;

  private LimitsPage() {}

  public static void main(final String... args) throws IOException {
    Files.writeString(Path.of(args[0]), text());
  }

  static Budgets with(final long heap) {
    return new Budgets(heap, Math.max(64 * MIB, heap / 4), FILES);
  }

  static String text() {
    final var page = new StringBuilder();
    page.append("# Memory bounds\n\n");
    page.append("Everything that a phone, a sender or a stranger can make the server hold has a\n");
    page.append("bound over all, and shares within it. The bounds follow from the largest heap\n");
    page.append("(`-Xmx`, a quarter of the machine's memory unless set) and from the number of\n");
    page.append(
        "files that the process may open (`ulimit -n`). Beyond a bound a peer is told so;\n");
    page.append("what was accepted before is not touched.\n\n");
    page.append("| what | share of the heap | within it | beyond it |\n|---|---|---|---|\n");
    for (final var row : with(HEAPS[0]).rows()) {
      page.append(
          "| `%s` | %s | %s | %s |\n"
              .formatted(row.what(), row.share(), dash(row.within()), dash(row.beyond())));
    }
    page.append("\nAn organisation has half of a row only while another one waits for it;\n");
    page.append(
        "otherwise three quarters, and all of it where no other one ever asked. The sum of\n");
    page.append("all rows is at most three quarters of the heap. Sockets have a quarter of the\n");
    page.append("heap outside it, at least 64 MiB.\n");
    page.append("\n## In numbers\n\nIn MiB of heap, with 20,000 open files:\n\n");
    page.append("| what | 300 MiB | 1 GiB | 6 GiB |\n|---|---|---|---|\n");
    for (int i = 0; i < with(HEAPS[0]).rows().size(); i++) {
      page.append("| `").append(with(HEAPS[0]).rows().get(i).what()).append("` |");
      for (final long heap : HEAPS) {
        page.append(" %.1f |".formatted((double) with(heap).rows().get(i).bytes() / MIB));
      }
      page.append('\n');
    }
    page.append("| connections, number |");
    for (final long heap : HEAPS) {
      page.append(" %,d |".formatted(with(heap).connections()));
    }
    page.append("\n| ringing recipients, number |");
    for (final long heap : HEAPS) {
      page.append(" %,d |".formatted(with(heap).ringingRecipients()));
    }
    page.append("\n\n").append(PACES);
    page.append("\nThis page is generated from `Budgets.java`; `LimitsPage.java` says how.\n");
    return page.toString();
  }

  private static String dash(final String words) {
    return words.isEmpty() ? "–" : words;
  }
}
