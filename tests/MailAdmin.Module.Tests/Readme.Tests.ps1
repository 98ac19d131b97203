Describe 'The README' {
    It 'shows a road that runs as written' {
        $readme = Get-Content (Join-Path $PSScriptRoot '../../README.md') -Raw
        $script = [regex]::Match($readme, '(?s)```powershell\r?\n(.*?)```').Groups[1].Value
        $script | Should -Match 'Receive-MailboxMessage'
        Push-Location $TestDrive
        try {
            New-Item -ItemType Directory out | Out-Null
            Copy-Item -Recurse $env:MAILADMIN_MODULE out/MailAdmin
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
}
