package dev.reveille.storage.codec;

import dev.reveille.model.Bytes;
import dev.reveille.model.PushAddress;
import dev.reveille.model.Reason;
import dev.reveille.model.Tag;
import dev.reveille.model.TargetKey;
import dev.reveille.routing.port.HubRegistrations.Target;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The binary form of a hub's target. A broadcast reads hundreds of thousands of targets, and one
/// column is read several times as fast as eighteen.
///
/// ```
/// u8     format (1)
/// text   name, key
/// address as in a send; bool doubted, and then moment, code of the reason, number of credentials
/// number of tags, their texts as they were written
/// bool   template, and then its bytes behind their number
/// bool   expires, and then when
/// ```
public final class HubTargetCodec {
  /// Stands on disk: never changed and never given twice.
  public static final int FORMAT = 1;

  private static final int MOSTLY = 512;

  private HubTargetCodec() {}

  public static byte[] write(final Target target) {
    final ByteWriter out = new ByteWriter(MOSTLY);
    out.u8(FORMAT).text(target.name()).text(target.key().value());
    SendCodec.writeAddress(out, target.address());
    final Optional<PushAddress.Doubt> doubt = target.address().doubt();
    out.bool(doubt.isPresent());
    doubt.ifPresent(
        its -> out.instant(its.since()).text(its.why().code()).signed(its.credentials()));
    final List<String> tags = target.tags().stream().map(Tag::value).sorted().toList();
    out.number(tags.size());
    tags.forEach(out::text);
    out.bool(target.template().isPresent());
    target
        .template()
        .map(Bytes::toArray)
        .ifPresent(bytes -> out.number(bytes.length).raw(bytes, 0, bytes.length));
    out.bool(target.expires().isPresent());
    target.expires().ifPresent(out::instant);
    return out.copy();
  }

  /// @param formatBeside [Target#format]
  /// @throws NewerFormatException when a newer version wrote it
  /// @throws DamagedException when it is no target
  public static Target read(final byte[] bytes, final String formatBeside) {
    final ByteReader in = new ByteReader(bytes);
    final int format = in.u8();
    if (format != FORMAT) {
      throw new NewerFormatException("format of a target of a hub", format);
    }
    return new Target(
        in.text(),
        new TargetKey(in.text()),
        readAddress(in),
        readTags(in),
        in.bool() ? Optional.of(Bytes.of(in.raw(in.count()))) : Optional.empty(),
        in.bool() ? Optional.of(in.instant()) : Optional.empty(),
        formatBeside);
  }

  private static PushAddress.Direct readAddress(final ByteReader in) {
    final PushAddress.Direct address = SendCodec.readAddress(in);
    return in.bool()
        ? address.doubted(
            new PushAddress.Doubt(
                in.instant(), Reason.ofCode(in.text()).orElse(Reason.INTERNAL), in.signed()))
        : address;
  }

  private static Set<Tag> readTags(final ByteReader in) {
    final int count = in.count();
    final Set<Tag> tags = HashSet.newHashSet(count);
    for (int i = 0; i < count; i++) {
      tags.add(new Tag(in.text()));
    }
    return tags;
  }
}
