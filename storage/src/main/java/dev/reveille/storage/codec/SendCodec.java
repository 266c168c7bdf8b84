package dev.reveille.storage.codec;

import dev.reveille.model.AppId;
import dev.reveille.model.Audience;
import dev.reveille.model.Audience.Addressed;
import dev.reveille.model.Bytes;
import dev.reveille.model.EventKey;
import dev.reveille.model.Life;
import dev.reveille.model.PushAddress;
import dev.reveille.model.PushChannel;
import dev.reveille.model.PushService;
import dev.reveille.model.PushToken;
import dev.reveille.model.Send;
import dev.reveille.model.SendContent;
import dev.reveille.model.SubscriptionKeys;
import dev.reveille.model.TargetKey;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The binary form of sends on disk, behind the life and the key that all jobs begin with. Its
/// numbers are never changed and never given twice, so that older files can be read. Pure
/// functions; reading throws [NewerFormatException] for an unknown number or word and
/// [DamagedException] for damaged bytes.
final class SendCodec {
  static final int ADDRESSES = 1;
  static final int REGISTERED = 2;

  static final int NEUTRAL = 1;
  static final int NATIVE = 2;
  static final int TEMPLATE = 3;

  /// As [#NATIVE], with the form behind it in which it was written.
  static final int NATIVE_OF_FORMAT = 4;

  static final int RELAYED = 5;

  static final int DIRECT = 1;

  /// As [#DIRECT], with the address's scope behind it; without one it is written as before.
  static final int DIRECT_SCOPED = 2;

  /// As [#DIRECT_SCOPED], with the keys of a browser's subscription behind it.
  static final int SUBSCRIPTION = 3;

  private SendCodec() {}

  static void writeRest(final ByteWriter out, final Send send) {
    out.u8(send.lane().number()).instant(send.notBefore());
    writeAudience(out, send.to());
    switch (send.what()) {
      case SendContent.Neutral(var as, var type, var collapse, var content) -> {
        out.u8(NEUTRAL).u8(as.number()).text(type).text(collapse);
        EventCodec.writeContent(out, content);
      }
      case SendContent.Native(var service, var headers, var body, var format) -> {
        out.u8(format.isEmpty() ? NATIVE : NATIVE_OF_FORMAT).text(service.word());
        writeTexts(out, headers);
        out.number(body.length()).raw(body.toArray(), 0, body.length());
        if (!format.isEmpty()) {
          out.text(format);
        }
      }
      case SendContent.Template(var properties) -> {
        out.u8(TEMPLATE);
        writeTexts(out, properties);
      }
      case SendContent.Relayed(var fields) -> {
        out.u8(RELAYED);
        writeTexts(out, fields);
      }
    }
  }

  static Send read(final ByteReader in, final Life life, final EventKey key) {
    return new Send(
        key,
        life,
        Numbers.LANES.constant(in.u8()),
        in.instant(),
        readAudience(in),
        readContent(in));
  }

  private static void writeAudience(final ByteWriter out, final Audience audience) {
    switch (audience) {
      case Audience.Addresses(var all) -> {
        out.u8(ADDRESSES).number(all.size());
        all.forEach(one -> {
          out.text(one.key().value());
          writeAddress(out, one.address());
        });
      }
      case Audience.Registered(var in, var which, var upTo) ->
          out.u8(REGISTERED).text(in).text(which).number(upTo);
    }
  }

  private static Audience readAudience(final ByteReader in) {
    final int kind = in.u8();
    return switch (kind) {
      case ADDRESSES -> {
        final int count = in.count();
        final List<Addressed> all = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
          all.add(new Addressed(new TargetKey(in.text()), readAddress(in)));
        }
        yield new Audience.Addresses(all);
      }
      case REGISTERED -> new Audience.Registered(in.text(), in.text(), in.number());
      default -> throw new NewerFormatException("kind of audience", kind);
    };
  }

  /// Without a doubt about it: that belongs to the registry.
  static void writeAddress(final ByteWriter out, final PushAddress address) {
    switch (address) {
      case PushAddress.Direct direct -> {
        out.u8(kind(direct))
            .text(direct.service().word())
            .text(direct.channel().word())
            .text(direct.app().value())
            .bool(direct.sandbox())
            .text(direct.token().value())
            .instant(direct.registeredAt());
        if (kind(direct) != DIRECT) {
          out.text(direct.scope());
        }
        direct.keys().ifPresent(keys -> out.text(keys.p256dh()).text(keys.auth()));
      }
    }
  }

  private static int kind(final PushAddress.Direct direct) {
    if (direct.keys().isPresent()) {
      return SUBSCRIPTION;
    }
    return direct.scope().isEmpty() ? DIRECT : DIRECT_SCOPED;
  }

  static PushAddress.Direct readAddress(final ByteReader in) {
    final int kind = in.u8();
    return switch (kind) {
      case DIRECT -> readDirect(in);
      case DIRECT_SCOPED -> {
        final var direct = readDirect(in);
        yield direct.withScope(in.text());
      }
      case SUBSCRIPTION -> {
        final var direct = readDirect(in).withScope(in.text());
        yield direct.withKeys(new SubscriptionKeys(in.text(), in.text()));
      }
      default -> throw new NewerFormatException("kind of address", kind);
    };
  }

  private static PushAddress.Direct readDirect(final ByteReader in) {
    return new PushAddress.Direct(
        service(in.text()),
        channel(in.text()),
        new AppId(in.text()),
        in.bool(),
        new PushToken(in.text()),
        in.instant());
  }

  private static SendContent readContent(final ByteReader in) {
    final int kind = in.u8();
    return switch (kind) {
      case NEUTRAL ->
          new SendContent.Neutral(
              Numbers.CLASSES.constant(in.u8()), in.text(), in.text(), EventCodec.readContent(in));
      case NATIVE -> readNative(in);
      case NATIVE_OF_FORMAT -> {
        final var given = readNative(in);
        yield given.in(in.text());
      }
      case TEMPLATE -> new SendContent.Template(readTexts(in));
      case RELAYED -> new SendContent.Relayed(readTexts(in));
      default -> throw new NewerFormatException("kind of content", kind);
    };
  }

  private static SendContent.Native readNative(final ByteReader in) {
    return new SendContent.Native(service(in.text()), readTexts(in), Bytes.of(in.raw(in.count())));
  }

  private static void writeTexts(final ByteWriter out, final Map<String, String> texts) {
    out.number(texts.size());
    texts.forEach((name, value) -> out.text(name).text(value));
  }

  private static Map<String, String> readTexts(final ByteReader in) {
    final int count = in.count();
    final Map<String, String> texts = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      texts.put(in.text(), in.text());
    }
    return texts;
  }

  private static PushService service(final String word) {
    for (final var service : PushService.values()) {
      if (service.word().equals(word)) {
        return service;
      }
    }
    throw new NewerFormatException("push service", word);
  }

  private static PushChannel channel(final String word) {
    for (final var channel : PushChannel.values()) {
      if (channel.word().equals(word)) {
        return channel;
      }
    }
    throw new NewerFormatException("push channel", word);
  }
}
