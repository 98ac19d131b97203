Describe 'The README' {
    BeforeEach { $before = $env:MAILADMIN_SANDBOX_LANGUAGE }
    AfterEach { $env:MAILADMIN_SANDBOX_LANGUAGE = $before }

    It 'shows a road that runs as written, in a tenant of <Language>' -TestCases @{ Language = 'en-US' }, @{ Language = 'de-DE' } {
        $env:MAILADMIN_SANDBOX_LANGUAGE = $Language
        $readme = Get-Content (Join-Path $PSScriptRoot '../../README.md') -Raw
        $script = [regex]::Match($readme, '(?s)```powershell\r?\n(.*?)```').Groups[1].Value
        $script | Should -Match 'Receive-MailboxMessage'
        Push-Location $TestDrive
        try {
            Copy-Item -Recurse $env:MAILADMIN_MODULE MailAdmin -ErrorAction Ignore
            Remove-Item in -Recurse -ErrorAction Ignore
            $shell = [powershell]::Create()
            $null = $shell.AddScript("Set-Location '$TestDrive'; `$ErrorActionPreference = 'Stop'").AddStatement().AddScript($script)
            $output = $shell.Invoke()
            $shell.HadErrors | Should -BeFalse
            @($output | Where-Object { $_ -is [MailAdmin.ReceivedMessage] }).Count | Should -Be @(Get-ChildItem in/*.eml).Count
            @(Get-ChildItem in/*.eml).Count | Should -BeGreaterThan 0
            ($output | Where-Object { $_ -is [MailAdmin.MailboxConnectionTest] }).Verdict | Should -Be Passed
            ($output | Where-Object { $_ -is [MailAdmin.MailFolder] -and $_.Path -eq 'Done' }).TotalItemCount | Should -BeGreaterThan 0
        }
        finally {
            Pop-Location
        }
    }

    It 'comes from its first line to fetched mail within 400 words and six commands' {
        $readme = Get-Content (Join-Path $PSScriptRoot '../../README.md') -Raw
        $block = [regex]::Match($readme, '(?s)```powershell\r?\n(.*?)```')
        ($readme.Substring(0, $block.Index + $block.Length) -split '\s+').Count | Should -BeLessOrEqual 400
        $commands = $block.Groups[1].Value.Trim() -split '\r?\n'
        $commands.Count | Should -BeLessOrEqual 6
        $commands -match 'Receive-MailboxMessage' | Should -HaveCount 1
    }

    It 'names only commands and parameters that exist, in what needs Microsoft 365, too' {
        Import-Module $env:MAILADMIN_MODULE
        $readme = Get-Content (Join-Path $PSScriptRoot '../../README.md') -Raw
        $scripts = [regex]::Matches($readme, '(?s)```powershell\r?\n(.*?)```').ForEach({ $_.Groups[1].Value })
        $scripts.Count | Should -BeGreaterThan 1
        foreach ($script in $scripts) {
            $parseErrors = $null
            $ast = [System.Management.Automation.Language.Parser]::ParseInput($script, [ref]$null, [ref]$parseErrors)
            $parseErrors | Should -BeNullOrEmpty
            foreach ($call in $ast.FindAll({ $args[0] -is [System.Management.Automation.Language.CommandAst] }, $true)) {
                $command = Get-Command $call.GetCommandName()
                $parameters = $call.CommandElements | Where-Object { $_ -is [System.Management.Automation.Language.CommandParameterAst] }
                $parameters.ParameterName | Where-Object { $_ -notin $command.Parameters.Keys } | Should -BeNullOrEmpty
            }
        }
    }
}
