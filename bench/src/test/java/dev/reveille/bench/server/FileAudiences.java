package dev.reveille.bench.server;

import dev.reveille.model.AppId;
import dev.reveille.model.Audience.Addressed;
import dev.reveille.model.Audience.Registered;
import dev.reveille.model.PushAddress;
import dev.reveille.model.PushChannel;
import dev.reveille.model.PushService;
import dev.reveille.model.PushToken;
import dev.reveille.model.TargetKey;
import dev.reveille.routing.port.Audiences;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// Audiences of iPhones, each a file of Apple's tokens: a token a line, all lines of one length, so
/// that the number of an address says where it stands. A file is on disk before it counts, and is
/// not written again.
///
/// [Registered#in] is the file's name, [Registered#which] the app that the tokens belong to, with
/// `/sandbox` behind it for tokens of Apple's sandbox. The key of an address names its number.
///
/// Thread-safe.
final class FileAudiences implements Audiences {
  private static final int TOKEN = 64;
  private static final int LINE = TOKEN + 1;
  private static final String KEY = "a-n";
  private static final String SANDBOX = "/sandbox";

  private final Map<String, FileChannel> open = new ConcurrentHashMap<>();
  private volatile Path folder = Path.of("audiences");

  /// Where the files are, before anything is asked.
  void in(final Path where) {
    folder = where;
  }

  /// Keeps an audience; it is there after a crash when this returns.
  ///
  /// @param tokens of 64 hexadecimal digits, numbered from 1
  void keep(final String name, final List<String> tokens) throws IOException {
    final var all = ByteBuffer.allocate(tokens.size() * LINE);
    for (final var token : tokens) {
      if (token.length() != TOKEN) {
        throw new IllegalArgumentException(
            "a token has " + TOKEN + " digits, not " + token.length());
      }
      all.put(token.getBytes(StandardCharsets.US_ASCII)).put((byte) '\n');
    }
    Files.createDirectories(folder);
    final var part = folder.resolve(name + ".part");
    try (var file =
        FileChannel.open(
            part,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      all.flip();
      while (all.hasRemaining()) {
        file.write(all);
      }
      file.force(true);
    }
    Files.move(part, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    try (var directory = FileChannel.open(folder, StandardOpenOption.READ)) {
      directory.force(true);
    }
  }

  @Override
  public Page page(final Registered audience, final long after, final int most) {
    final long last = Math.min(audience.upTo(), size(audience.in()));
    final int count = (int) Math.clamp(last - after, 0, most);
    final var targets = new ArrayList<Numbered>(count);
    if (count > 0) {
      final byte[] lines = read(audience.in(), after, count);
      for (int i = 0; i < count; i++) {
        final var token = new String(lines, i * LINE, TOKEN, StandardCharsets.US_ASCII);
        targets.add(new Numbered(after + i + 1, addressed(audience, after + i + 1, token)));
      }
    }
    return new Page(targets, after + count >= last);
  }

  @Override
  public Optional<Addressed> find(final Registered audience, final TargetKey key) {
    final long number = numberOf(key);
    if (number < 1 || number > Math.min(audience.upTo(), size(audience.in()))) {
      return Optional.empty();
    }
    final var token =
        new String(read(audience.in(), number - 1, 1), 0, TOKEN, StandardCharsets.US_ASCII);
    return Optional.of(addressed(audience, number, token));
  }

  private static Addressed addressed(
      final Registered audience, final long number, final String token) {
    return new Addressed(key(number), address(audience.which(), token));
  }

  static TargetKey key(final long number) {
    return new TargetKey(KEY + number);
  }

  /// The number that a key names; 0 for another key.
  static long numberOf(final TargetKey key) {
    try {
      return key.value().startsWith(KEY) ? Long.parseLong(key.value().substring(KEY.length())) : 0;
    } catch (final NumberFormatException _) {
      return 0;
    }
  }

  static PushAddress.Direct address(final String app, final String token) {
    final boolean sandbox = app.endsWith(SANDBOX);
    return new PushAddress.Direct(
        PushService.APNS,
        PushChannel.MESSAGE,
        new AppId(sandbox ? app.substring(0, app.length() - SANDBOX.length()) : app),
        sandbox,
        new PushToken(token),
        Instant.EPOCH);
  }

  private long size(final String name) {
    try {
      return file(name).size() / LINE;
    } catch (final IOException gone) {
      throw new UncheckedIOException(gone);
    }
  }

  private byte[] read(final String name, final long after, final int count) {
    final var lines = ByteBuffer.allocate(count * LINE);
    try {
      while (lines.hasRemaining()) {
        if (file(name).read(lines, after * LINE + lines.position()) < 0) {
          throw new IOException("the audience " + name + " ends before " + (after + count));
        }
      }
      return lines.array();
    } catch (final IOException gone) {
      throw new UncheckedIOException(gone);
    }
  }

  private FileChannel file(final String name) {
    return open.computeIfAbsent(
        name,
        _ -> {
          try {
            return FileChannel.open(folder.resolve(name), StandardOpenOption.READ);
          } catch (final IOException missing) {
            throw new UncheckedIOException(missing);
          }
        });
  }
}
