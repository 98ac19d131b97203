# Runs the Pester files beside this one on the packed module, in a PowerShell of its own that has the folders of no user: its home is
# temporary, and Pester is the one that the build of this project has put beside its output. Exit codes: 1 a test failed, or there was no run.
param(
    # The name of one file, without .Tests.ps1.
    [string] $Filter = '*',
    # The folder of the files.
    [string] $Path = $PSScriptRoot,
    # A file for what became of each test, as JSON; a test that failed is then no error.
    [string] $ResultPath,
    # A folder that keeps whatever the run lets anybody see, for a search for secrets.
    [string] $RecordPath,
    # The full path of Pester's manifest.
    [string] $Pester,
    # That the home is the temporary one already.
    [switch] $Isolated
)
$ErrorActionPreference = 'Stop'
if (-not $Isolated) {
    . (Join-Path $PSScriptRoot 'Pwsh.ps1')
    if (-not $Pester) {
        $PSBoundParameters.Pester = (Get-Item (Join-Path $PSScriptRoot 'bin/*/*/Pester/Pester.psd1') | Select-Object -Last 1).FullName
        if (-not $PSBoundParameters.Pester) { throw 'Pester is not there. First: dotnet build' }
    }
    $temporary = (New-Item (Join-Path ([IO.Path]::GetTempPath()) "mailadmin-home-$(New-Guid)") -ItemType Directory).FullName
    $environment = @{
        HOME = $temporary
        XDG_DATA_HOME = Join-Path $temporary '.local/share'
        XDG_CONFIG_HOME = Join-Path $temporary '.config'
        XDG_CACHE_HOME = Join-Path $temporary '.cache'
        # PowerShell makes its own from the folders above.
        PSModulePath = $null
        # No keyring: without a value it would be looked for in the folder of the user's session.
        DBUS_SESSION_BUS_ADDRESS = 'disabled:'
        # The SDK takes an empty home for that of a new user.
        DOTNET_GENERATE_ASPNET_CERTIFICATE = 'false'
        DOTNET_NOLOGO = '1'
    }
    if ($env:MAILADMIN_TEST_CULTURE) {
        # For the PowerShell that runs the files, and those that they start; Windows takes the culture from its settings.
        $environment.LC_ALL = "$($env:MAILADMIN_TEST_CULTURE.Replace('-', '_')).UTF-8"
    }
    if ($IsWindows) {
        $environment.USERPROFILE = $temporary
        $environment.APPDATA = Join-Path $temporary 'AppData/Roaming'
        $environment.LOCALAPPDATA = Join-Path $temporary 'AppData/Local'
    }

    $before = @{}
    try {
        foreach ($name in $environment.Keys) {
            $before[$name] = (Get-Item "Env:$name" -ErrorAction Ignore).Value
            Set-Item "Env:$name" $environment[$name]
        }

        $arguments = $PSBoundParameters.GetEnumerator().ForEach({ "-$($_.Key)", $_.Value })
        Invoke-ChildPwsh -File $PSCommandPath @arguments -Isolated
        exit $LASTEXITCODE
    }
    finally {
        foreach ($name in $before.Keys) {
            Set-Item "Env:$name" $before[$name]
        }
        Remove-Item -LiteralPath $temporary -Recurse -Force
    }
}

Import-Module $Pester
if ($env:MAILADMIN_TEST_CULTURE) {
    [cultureinfo]::CurrentCulture = $env:MAILADMIN_TEST_CULTURE
}
if (-not $env:MAILADMIN_MODULE) {
    $env:MAILADMIN_MODULE = Join-Path $PSScriptRoot '../../out/MailAdmin' | Resolve-Path
}
if (-not $env:MAILADMIN_OTHER_MSAL) {
    # Beside Pester, in the build's output.
    $env:MAILADMIN_OTHER_MSAL = Join-Path $Pester '../../other-msal/Microsoft.Identity.Client.dll' | Convert-Path
}

$configuration = New-PesterConfiguration
$configuration.Run.Path = (Get-ChildItem $Path -Filter "$Filter.Tests.ps1").FullName
$configuration.Run.PassThru = $true
# A tag says on which systems alone a test can be run.
$configuration.Filter.ExcludeTag = @('OnUnix'; 'OnLinux').Where({ $IsWindows -or ($_ -eq 'OnLinux' -and -not $IsLinux) })
$configuration.Output.Verbosity = if ($ResultPath) { 'None' } else { 'Detailed' }
if ($RecordPath) {
    . (Join-Path $PSScriptRoot 'Record.ps1')
    Start-Record $RecordPath
}

$result = Invoke-Pester -Configuration $configuration
if ($RecordPath) {
    Stop-Record $RecordPath
}

if ($ResultPath) {
    $outcomes = foreach ($test in $result.Tests) {
        [ordered]@{
            File    = Split-Path $test.ScriptBlock.File -Leaf
            Name    = $test.Name
            Result  = [string]$test.Result
            Message = @($test.ErrorRecord | ForEach-Object { "$($_.Exception.Message)`n$($_.ScriptStackTrace)" }) -join "`n"
        }
    }
    ConvertTo-Json -InputObject @($outcomes) | Set-Content -LiteralPath $ResultPath -Encoding utf8NoBOM
}
elseif ($result.FailedCount -gt 0) {
    exit 1
}
