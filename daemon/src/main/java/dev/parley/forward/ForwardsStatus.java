package dev.parley.forward;

import com.google.common.collect.ImmutableList;

/** All services by name, and all forwards by id. */
public record ForwardsStatus(
    ImmutableList<ExposedService> services, ImmutableList<Forward> forwards) {
  public static final ForwardsStatus NONE =
      new ForwardsStatus(ImmutableList.of(), ImmutableList.of());
}
