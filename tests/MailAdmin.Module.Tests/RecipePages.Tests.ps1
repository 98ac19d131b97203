# docs/Recipes shows each product's road with its real output. The PowerShell of a page is run in order, and the text below each block has
# to be what it wrote. With MAILADMIN_WRITE_PAGES=1 the pages are written instead of checked.
BeforeDiscovery {
    $pages = Get-ChildItem (Join-Path $PSScriptRoot '../../docs/Recipes') -Filter *.md | ForEach-Object { @{ Page = $_.FullName; Product = $_.BaseName } }
    # In a German tenant the default folders have other names, and nothing else is different.
    $tenants = foreach ($language in 'en-US', 'de-DE') { $pages.ForEach({ $_ + @{ Language = $language } }) }
}

BeforeAll {
    $module = Convert-Path ($env:MAILADMIN_MODULE ? $env:MAILADMIN_MODULE : (Join-Path $PSScriptRoot '../../out/MailAdmin'))

    # Ids, times and the folder are different each time: what stands in their place is as wide, and the same for the same id.
    function Format-Shown([string] $Text, [string] $Folder, [hashtable] $Ids) {
        $Text = $Text.Replace($Folder, '.')
        $Text = [regex]::Replace($Text, '[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}', {
            $id = $args[0].Value
            if ($id -eq '08b9fc2c-f6b8-4da0-8d4d-c065edfa949b') { return $id }
            if (-not $Ids.ContainsKey($id)) { $Ids[$id] = '{0:d8}-0000-0000-0000-000000000000' -f ($Ids.Count + 1) }
            $Ids[$id]
        })
        $Text = $Text -replace '\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ', '2026-01-01 00:00:00Z' -replace '\d{4}-\d\d-\d\d \d\d:\d\d (UTC|\+00:00)', '2026-01-01 00:00 $1' `
            -replace '\d{4}-\d\d-\d\d(?! 00:00:00Z)', '2026-01-01' -replace ' \(15\.20\)', ''
        (($Text -split '\r?\n').TrimEnd() -join "`n").Trim("`n")
    }

    # Loading the module into a runspace takes a second: the pages share two, of which the first forgets its variables and contexts.
    $pageRunspace, $clockRunspace = foreach ($unused in 1, 2) {
        $runspace = [runspacefactory]::CreateRunspace([initialsessionstate]::CreateDefault())
        $runspace.Open()
        $runspace
    }

    # The road of a page on one sandbox, whose clock a second runspace moves on: minutes of replication pass in seconds.
    function Invoke-Page([string[]] $Blocks) {
        $folder = (New-Item (Join-Path ([IO.Path]::GetTempPath()) "mailadmin-page-$([guid]::NewGuid())") -ItemType Directory).FullName
        $ids = @{}
        $pageRunspace.ResetRunspaceState()
        $shell, $clock = [powershell]::Create(), [powershell]::Create()
        $shell.Runspace, $clock.Runspace = $pageRunspace, $clockRunspace
        try {
            $null = $shell.AddScript("`$ErrorActionPreference = 'Stop'; `$PSStyle.OutputRendering = 'PlainText'; Import-Module '$module'; Disconnect-MailAdmin -All; Set-Location '$folder'").Invoke()
            $moving = $null
            foreach ($block in $Blocks) {
                $shell.Commands.Clear()
                $shell.Streams.ClearStreams()
                $output = ($shell.AddScript($block).AddCommand('Out-String').AddParameter('Width', 130).Invoke()) -join ''
                $shell.Streams.Error | ForEach-Object { throw "$block`n$_" }
                $warnings = ($shell.Streams.Warning | ForEach-Object { "WARNING: $_" }) -join "`n"
                Format-Shown "$warnings`n$output" $folder $ids
                if (-not $moving) {
                    $shell.Commands.Clear()
                    $sandbox = $shell.AddScript('(Get-MailAdminContext).Sandbox').Invoke()[0]
                    $moving = $clock.AddScript("param(`$sandbox) Import-Module '$module'; while (`$true) { Start-Sleep -Milliseconds 50; Set-MailSandbox -Sandbox `$sandbox -AdvanceTime 0:0:5 }").AddArgument($sandbox).BeginInvoke()
                }
            }
        }
        finally {
            $clock.Stop()
            $clock.Dispose()
            $shell.Dispose()
            Remove-Item $folder -Recurse -Force
        }
    }
}

AfterAll {
    $pageRunspace.Dispose()
    $clockRunspace.Dispose()
}

Describe 'docs/Recipes' {
    BeforeEach { $before = $env:MAILADMIN_SANDBOX_LANGUAGE }
    AfterEach { $env:MAILADMIN_SANDBOX_LANGUAGE = $before }

    It 'has a page for every recipe that ships' -TestCases @{ Count = $pages.Count; Products = $pages.Product } {
        $Products | Should -Be (Get-ChildItem (Join-Path $module Recipes) -Filter *.json).BaseName
    }

    It 'shows what really comes out: <Product>, <Language>' -TestCases $tenants {
        if ($env:MAILADMIN_WRITE_PAGES -and $Language -ne 'en-US') { return }
        $env:MAILADMIN_SANDBOX_LANGUAGE = $Language
        $text = (Get-Content $Page -Raw) -replace '\r'
        $found = [regex]::Matches($text, '(?ms)^```powershell\n(.*?)^```\n(?:\n```text\n(.*?)^```\n)?')
        $found.Count | Should -BeGreaterThan 2
        $shown = @(Invoke-Page $found.ForEach({ $_.Groups[1].Value }))
        if ($env:MAILADMIN_WRITE_PAGES) {
            $i = 0
            $text = [regex]::Replace($text, '(?ms)^```powershell\n(.*?)^```\n(?:\n```text\n.*?^```\n)?', {
                $out = $shown[$script:i++]
                "``````powershell`n$($args[0].Groups[1].Value)```````n" + $(if ($out) { "`n``````text`n$out`n```````n" })
            }.GetNewClosure())
            Set-Content $Page $text -NoNewline
            return
        }

        for ($block = 0; $block -lt $found.Count; $block++) {
            $page = $found[$block].Groups[2].Value.Trim("`n")
            if ($Language -eq 'de-DE') {
                # The same words, with the German name of the folder; tables have other widths.
                $page, $shown[$block] = ($page, $shown[$block]).ForEach({ ($_ -replace 'Gelöschte\s+Elemente', 'Deleted Items' -replace '[\s-]+', ' ').Trim() })
            }

            $shown[$block] | Should -Be $page -Because $found[$block].Groups[1].Value
        }
    }
}
