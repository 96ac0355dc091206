namespace RateLimitHeaders.AspNetCore;

/// <summary>Settings of the plan of a token type: its quotas, and when responses carry headers.</summary>
public sealed class PlanOptions
{
    /// <summary>
    /// Gets or sets when responses carry headers; by default as <see cref="PolicyOptions.Headers"/> sets, or else
    /// <see cref="HeadersOptions.When"/>.
    /// </summary>
    public HeadersWhen? Headers { get; set; }

    /// <summary>Gets or sets a value indicating whether the callers are not limited at all; the default is <see langword="false"/>.</summary>
    public bool IsExempt { get; set; }

    /// <summary>
    /// Gets or sets a value indicating whether permits that this server admitted in an outage
    /// (<see cref="StoreUnavailable.LimitInMemory"/>), and that time has not brought back, are charged in the store when it counts
    /// again; the default is <see langword="false"/>.
    /// </summary>
    /// <remarks>
    /// Each server charges once the permits that it admitted itself, including debt beyond a limit. The permits of a caller are not charged if
    /// the store fails again before that, or if the id of the caller is longer than 256 characters. Permits that a request of the outage
    /// gives back after that charge stay charged. A request that the store admitted before the outage is also charged for what it costs more in the
    /// outage; what it gives back of the permits that the store has counted stays charged. Without a store the setting has no effect.
    /// </remarks>
    public bool ChargeAfterOutage { get; set; }

    /// <summary>
    /// Gets or sets the share of the callers for which the plan is enforced, from 0 to 1: requests of the others are counted and
    /// never rejected. By default as <see cref="PolicyOptions.Enforce"/> sets, or else <see cref="RateLimitHeadersOptions.Enforce"/>.
    /// </summary>
    /// <remarks>
    /// A hash of token type and id selects the callers, so that all servers enforce the plan for the same ones, and a higher share
    /// adds callers and removes none. A request that would be rejected is admitted, and charged nothing.
    /// </remarks>
    public double? Enforce { get; set; }

    /// <summary>Gets or sets when callers are banned; by default as <see cref="PolicyOptions.Ban"/> sets, or else never.</summary>
    public BanOptions? Ban { get; set; }

    /// <summary>
    /// Gets the quotas, by their names: printable ASCII characters (RFC 9651, section 3.3.3). Several quotas are decided together:
    /// all are charged, or none. Headers list them in this order.
    /// </summary>
    public OrderedDictionary<string, QuotaOptions> Quotas { get; internal set; } = new(StringComparer.Ordinal);

    internal PlanOptions Copy()
    {
        var copy = (PlanOptions)MemberwiseClone();
        copy.Ban = Ban?.Copy();
        copy.Quotas = Quotas.Copy(quota => quota.Copy());
        return copy;
    }
}
