namespace RateLimitHeaders.AspNetCore;

/// <summary>How configuration writes a setting.</summary>
internal enum SettingForm
{
    /// <summary>As a value.</summary>
    Value,

    /// <summary>As a section of settings.</summary>
    Section,

    /// <summary>As a section whose keys are names, each with a section of settings.</summary>
    NamedSections,

    /// <summary>As a section whose keys are names, each with a value.</summary>
    NamedValues,

    /// <summary>As a list of values.</summary>
    List,

    /// <summary>As a list of sections, whose settings depend on one of them.</summary>
    Rules,
}
